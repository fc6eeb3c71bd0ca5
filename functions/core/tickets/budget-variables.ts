import type * as z from 'zod';
import { amountText } from '#core/environment.ts';
import type { SpendLimits } from './spend.ts';

/** What Claude may cost, in US dollars. */
export const budgetVariables = {
  CLAUDE_BUDGET_USD_PER_DAY: amountText('CLAUDE_BUDGET_USD_PER_DAY'),
  CLAUDE_BUDGET_USD_PER_MONTH: amountText('CLAUDE_BUDGET_USD_PER_MONTH'),
  CLAUDE_BUDGET_USD_PER_RUN: amountText('CLAUDE_BUDGET_USD_PER_RUN'),
};

/** The same in micro-USD, as the ledger counts. */
export function spendLimitsOf(env: z.output<z.ZodObject<typeof budgetVariables>>): SpendLimits {
  const microUsd = (usd: number) => Math.round(usd * 1_000_000);
  return {
    perDay: microUsd(env.CLAUDE_BUDGET_USD_PER_DAY),
    perMonth: microUsd(env.CLAUDE_BUDGET_USD_PER_MONTH),
    perRun: microUsd(env.CLAUDE_BUDGET_USD_PER_RUN),
  };
}
