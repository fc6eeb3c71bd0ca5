import { totalUse, usageOf } from '#core/tickets/spend.ts';
import type { SpendMonth } from '#core/tickets/spend-ledger.ts';
import type { Digest } from '../trends/digest.ts';

const MICRO = 1_000_000;

/** What Claude cost on a day (`2025-11-11`) and in its month up to now, as far as calls have been answered. */
export function digestCost(month: SpendMonth, date: string): Digest['cost'] {
  const ofDay = usageOf(month).filter(({ day }) => day === date);
  return {
    day_usd: ofDay.reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0) / MICRO,
    month_usd: totalUse(month).costMicroUsd / MICRO,
  };
}
