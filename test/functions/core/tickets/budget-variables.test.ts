import { describe, expect, it } from 'vitest';
import { spendLimitsOf } from '#core/tickets/budget-variables.ts';

describe('Function: spendLimitsOf', () => {
  it('counts in whole micro-USD, whatever binary fractions make of cents', () => {
    const env = {
      CLAUDE_BUDGET_USD_PER_DAY: 4.1,
      CLAUDE_BUDGET_USD_PER_MONTH: 20,
      CLAUDE_BUDGET_USD_PER_RUN: 0,
    };
    expect(4.1 * 1_000_000).not.toBe(4_100_000);
    expect(spendLimitsOf(env)).toEqual({ perDay: 4_100_000, perMonth: 20_000_000, perRun: 0 });
  });
});
