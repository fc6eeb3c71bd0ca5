import { describe, expect, it } from 'vitest';
import { digestCost } from '#core/issues/summaries/digest-cost.ts';
import type { SpendMonth } from '#core/tickets/spend-ledger.ts';

const use = (costMicroUsd: number) => ({
  ...{ calls: 1, inputTokens: 1, outputTokens: 1, cacheReadTokens: 0 },
  costMicroUsd,
});

describe('Function: digestCost', () => {
  it('is what was paid on the day, and in its month', () => {
    const month = {
      month: '2025-11',
      days: {
        '10': { uses: { 'haiku/analysis': use(250_000) } },
        '11': { uses: { 'haiku/analysis': use(500_000), 'sonnet/label': use(125_000) } },
      },
      open: {},
      runs: {},
    } as unknown as SpendMonth;
    expect(digestCost(month, '2025-11-11')).toEqual({ day_usd: 0.625, month_usd: 0.875 });
    expect(digestCost(month, '2025-11-12')).toEqual({ day_usd: 0, month_usd: 0.875 });
  });
});
