import { type BudgetLeft, budgetLeft, monthOf, type SpendLimits } from '#core/tickets/spend.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { ApiError } from '#functions/admin-api/http/errors.ts';
import type { Services, TicketServices } from '#functions/admin-api/ports.ts';
import { leastMicroUsd } from './analysis-cost.ts';

/** What is left of the budgets now. */
export async function readBudget(
  { now }: Pick<Services, 'now'>,
  tickets: TicketServices,
): Promise<BudgetLeft> {
  const nowMs = now();
  return budgetLeft(await tickets.ledger.read(monthOf(nowMs)), tickets.settings.limits, nowMs);
}

/**
 * Refuses what would cost something where not even one ticket can be analysed any more.
 *
 * @throws ApiError `budget_exhausted` (402) with `resets_at`, null where a budget is too small by its setting
 */
export async function requireBudget(services: Pick<Services, 'now'>, tickets: TicketServices): Promise<void> {
  const { limits } = tickets.settings;
  const least = leastMicroUsd(tickets.settings);
  const small = SETTINGS.find(([name]) => limits[name] < least);
  if (small) throw exhausted(`${small[1]} allows no analysis: it is ${usd(limits[small[0]])}.`, null);
  const { day, month } = await readBudget(services, tickets);
  // The month first: it holds longer.
  if (month.left < least) throw usedUp('month', limits.perMonth, month.resetsAt);
  if (day.left < least) throw usedUp('day', limits.perDay, day.resetsAt);
}

const SETTINGS: readonly (readonly [keyof SpendLimits, string])[] = [
  ['perMonth', 'CLAUDE_BUDGET_USD_PER_MONTH'],
  ['perDay', 'CLAUDE_BUDGET_USD_PER_DAY'],
  ['perRun', 'CLAUDE_BUDGET_USD_PER_RUN'],
];

function usedUp(period: 'day' | 'month', limit: number, resetsAt: number): ApiError {
  return exhausted(
    `The budget of the ${period} for Claude (${usd(limit)}) is used up until ${isoFromMs(resetsAt)}.`,
    isoFromMs(resetsAt),
  );
}

function exhausted(reason: string, resets_at: string | null): ApiError {
  const message = `${reason} Tickets still come in: POST /api/tasks/sync.`;
  return new ApiError(402, 'budget_exhausted', message, { facts: { resets_at } });
}

function usd(microUsd: number): string {
  return `$${microUsd / 1_000_000}`;
}
