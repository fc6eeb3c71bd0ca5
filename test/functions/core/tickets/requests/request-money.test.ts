import { describe, expect, it } from 'vitest';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemorySpendLedger } from '#adapters/dynamodb/tickets/memory-spend-ledger.ts';
import { Budget } from '#core/tickets/requests/budget.ts';
import { RequestMoney } from '#core/tickets/requests/request-money.ts';
import { totalUse, usageOf } from '#core/tickets/spend.ts';
import { NO_USE, type SpendUse } from '#core/tickets/spend-ledger.ts';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const use = (costMicroUsd: number): SpendUse => ({ ...NO_USE, requests: 1, costMicroUsd });

async function setUp(perDay = 1_000) {
  const ledger = createMemorySpendLedger(createMemoryTable());
  const limits = { perDay, perMonth: 1e9, perRun: 1e9 };
  const deps = { ledger, limits, model: 'm', runId: 'r', fence: 1, now: () => NOW };
  const budget = new Budget({ ...deps, purpose: 'label' });
  const { id, microUsd } = await budget.reserve([100]);
  const uses: SpendUse[] = [];
  const paid = async (real: SpendUse) => void (await budget.pay(id, real));
  const money = new RequestMoney({ budget, onUse: (one) => void uses.push(one) }, { microUsd, paid });
  return { money, uses, month: () => ledger.read('2026-11') };
}

describe('RequestMoney', () => {
  it('pays what was used, once, under the purpose of its budget', async () => {
    const { money, uses, month } = await setUp();

    money.used(use(7));
    await money.close();
    await money.close();

    expect(await month()).toMatchObject({ open: {} });
    expect(usageOf(await month())).toMatchObject([{ purpose: 'label', costMicroUsd: 7, requests: 1 }]);
    expect(uses).toEqual([use(7)]);
  });

  it('gives the money back where nothing was used', async () => {
    const { money, month } = await setUp();

    await money.close();

    expect((await month()).open).toEqual({});
    expect(totalUse(await month()).costMicroUsd).toBe(0);
  });

  it('counts a lost answer in full, and sets money aside for the next request', async () => {
    const { money, month } = await setUp();

    money.lost();
    await money.again(50);
    expect(money.microUsd).toBe(50);
    expect(Object.values((await month()).open)).toMatchObject([{ microUsd: 50 }]);
    money.used(use(3));
    await money.close();

    expect(totalUse(await month())).toMatchObject({ costMicroUsd: 103, requests: 2 });
  });

  it('has paid for the first request when the limits do not hold the next', async () => {
    const { money, month } = await setUp(120);

    await expect(money.again(60, use(90))).rejects.toMatchObject({ code: 'budget_exhausted' });
    await money.close();

    expect((await month()).open).toEqual({});
    expect(totalUse(await month()).costMicroUsd).toBe(90);
  });
});
