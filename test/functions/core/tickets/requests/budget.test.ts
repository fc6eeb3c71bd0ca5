import { describe, expect, it } from 'vitest';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemorySpendLedger } from '#adapters/dynamodb/tickets/memory-spend-ledger.ts';
import { Budget } from '#core/tickets/requests/budget.ts';
import { NO_USE } from '#core/tickets/spend-ledger.ts';

const NOW = Date.parse('2026-11-30T23:59:00Z');
const RUN = '01KHTNPR6M4Y8Z0V9QK2D3F5GH';
const use = (costMicroUsd: number) => ({ ...NO_USE, requests: 1, costMicroUsd });

function setUp(limits = { perDay: 100, perMonth: 1_000, perRun: 500 }, fence = 1) {
  const ledger = createMemorySpendLedger(createMemoryTable());
  const clock = { ms: NOW };
  const open = (other = fence) =>
    new Budget({ ledger, limits, model: 'claude-haiku-5-5', runId: RUN, fence: other, now: () => clock.ms });
  return { ledger, clock, open, budget: open() };
}

describe('Budget', () => {
  it('sets money aside for all requests, or for as many as the limits hold', async () => {
    const { budget } = setUp();

    expect(await budget.reserve([10, 20, 30])).toMatchObject({ count: 3, microUsd: 60 });
    expect(await budget.reserve([10, 20, 30])).toMatchObject({ count: 2, microUsd: 30 });
    expect(await budget.reserve([10])).toMatchObject({ count: 1 });
    await expect(budget.reserve([1])).rejects.toMatchObject({ code: 'budget_exhausted' });
  });

  it('holds the smallest of several limits', async () => {
    const { budget } = setUp({ perDay: 50, perMonth: 40, perRun: 15 });

    expect(await budget.reserve([10, 10, 10, 10, 10])).toMatchObject({ count: 1 });
  });

  it('tells which limit, and when there is money again', async () => {
    const { budget } = setUp({ perDay: 5, perMonth: 1_000, perRun: 500 });

    await expect(budget.reserve([10])).rejects.toThrow(/day \(CLAUDE_BUDGET_USD_PER_DAY\).*2026-12-01T00:00/);
  });

  it('pays once, and has the rest to spend again', async () => {
    const { budget } = setUp();
    const { id } = await budget.reserve([100]);

    expect(await budget.pay(id, use(30))).toBe(true);
    expect(await budget.pay(id, use(30))).toBe(false);
    expect(await budget.reserve([70])).toMatchObject({ count: 1 });
  });

  it('counts what nobody knows the price of by its share of the reservation', async () => {
    const { budget, ledger } = setUp();
    const { id } = await budget.reserve([10, 10, 10, 10]);
    await budget.payInPart(id, { ...use(3), requests: 3 }, { unknown: 1, count: 4 });

    const { uses } = (await ledger.read('2026-11')).days['30']!;
    expect(uses['claude-haiku-5-5/analysis']).toMatchObject({ requests: 4, costMicroUsd: 13 });
  });

  it('pays in the month in which it was reserved', async () => {
    const { budget, ledger, clock } = setUp();
    const { id } = await budget.reserve([10]);
    clock.ms += 120_000;
    await budget.pay(id, use(4));

    expect(Object.keys((await ledger.read('2026-11')).days)).toEqual(['30']);
    expect((await ledger.read('2026-12')).days).toEqual({});
  });

  it('pays in full for what a dead invocation has left, in the month before too, but for open batches', async () => {
    const { budget, ledger, clock, open } = setUp();
    await budget.reserve([40]);
    const ofBatch = await budget.reserve([50]);
    clock.ms += 3_600_000;
    await open(2).payForTheDead((id) => id === ofBatch.id);

    const month = await ledger.read('2026-11');
    expect(Object.keys(month.open)).toEqual([ofBatch.id]);
    expect(month.days['30']?.uses['claude-haiku-5-5/analysis']).toMatchObject({ costMicroUsd: 40 });
  });

  it('gives back what is not needed', async () => {
    const { budget } = setUp();
    const { id } = await budget.reserve([100]);
    await budget.release(id);

    expect(await budget.reserve([100])).toMatchObject({ count: 1 });
  });

  it('makes other reservations in each invocation of a run', async () => {
    const { budget, open } = setUp();
    const ids = [
      (await budget.reserve([1])).id,
      (await open(2).reserve([1])).id,
      (await budget.reserve([1])).id,
    ];

    expect(new Set(ids).size).toBe(3);
  });
});
