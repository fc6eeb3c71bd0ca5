import { describe, expect, it } from 'vitest';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemorySpendLedger } from '#adapters/dynamodb/tickets/memory-spend-ledger.ts';
import { Budget } from '#core/tickets/requests/budget.ts';
import { PaidRequests } from '#core/tickets/requests/paid-requests.ts';
import { NO_USE } from '#core/tickets/spend-ledger.ts';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const use = (costMicroUsd: number) => ({ ...NO_USE, requests: 1, costMicroUsd });

function setUp(perDay: number, count: number, microUsd = 10) {
  const ledger = createMemorySpendLedger(createMemoryTable());
  const limits = { perDay, perMonth: 1e9, perRun: 1e9 };
  const budget = new Budget({ ledger, limits, model: 'm', runId: 'r', fence: 1, now: () => NOW });
  const items = Array.from({ length: count }, (_, item) => ({ item, microUsd }));
  const source = new PaidRequests(budget, items);
  const month = () => ledger.read('2026-11');
  return { source, month };
}

describe('PaidRequests', () => {
  it('hands out everything in order, with ten requests to a reservation', async () => {
    const { source, month } = setUp(1_000, 25);
    const items: number[] = [];
    let reservations = 0;
    for (let next = await source.next(); next; next = await source.next()) {
      items.push(next.item);
      reservations = Math.max(reservations, Object.keys((await month()).open).length);
      await next.request.paid(use(1));
    }

    expect(items).toEqual(Array.from({ length: 25 }, (_, n) => n));
    expect(reservations).toBe(1);
    expect(await month()).toMatchObject({
      open: {},
      days: { '27': { uses: { 'm/analysis': { requests: 25, costMicroUsd: 25 } } } },
    });
  });

  it('waits for what is under way before it says that there is no money', async () => {
    const { source } = setUp(25, 3);
    const first = await source.next();
    const second = await source.next();
    const third = source.next();
    await first?.request.paid(use(1));
    await second?.request.paid(use(1));

    expect((await third)?.item).toBe(2);
    expect(source.exhausted).toBeUndefined();
  });

  it('ends where the limits hold nothing more, and names the limit', async () => {
    const { source, month } = setUp(25, 5);
    for (let n = 0; n < 2; n += 1) await (await source.next())?.request.paid(use(10));

    expect(await source.next()).toBeUndefined();
    expect(source.exhausted).toMatchObject({ code: 'budget_exhausted' });
    expect(await source.next()).toBeUndefined();
    expect((await month()).open).toEqual({});
  });

  it('serves many callers at once, each item once', async () => {
    const { source, month } = setUp(1e6, 200);
    const items: number[] = [];
    const worker = async () => {
      for (let next = await source.next(); next; next = await source.next()) {
        items.push(next.item);
        await new Promise((resolve) => setImmediate(resolve));
        await next.request.paid(use(1));
      }
    };
    await Promise.all(Array.from({ length: 50 }, worker));

    expect(items.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n));
    expect((await month()).open).toEqual({});
  });

  it('gives back at its end what was not asked for', async () => {
    const { source, month } = setUp(1_000, 10);
    await (await source.next())?.request.paid(use(3));
    await source.close();

    expect(await month()).toMatchObject({
      open: {},
      days: { '27': { uses: { 'm/analysis': { costMicroUsd: 3 } } } },
    });
    expect(await source.next()).toBeUndefined();
  });
});
