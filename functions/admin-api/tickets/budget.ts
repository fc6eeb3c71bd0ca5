import type { SpendDay, SpendMonth } from '#core/tickets/spend-ledger.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { ApiError } from '#functions/admin-api/http/errors.ts';
import type { Services, TicketServices } from '#functions/admin-api/ports.ts';

/** What Claude may still cost within a day or a month, in millionths of a US dollar. */
export type BudgetLeft = {
  readonly limit: number;
  /** Spent, and reserved for calls under way. */
  readonly used: number;
  /** Never below 0. */
  readonly left: number;
  /** When the whole of it is there again (ms since 1970). */
  readonly resetsAt: number;
};

export type Budgets = { readonly day: BudgetLeft; readonly month: BudgetLeft };

/** The day and the month of UTC that a time falls into. @example dateOf(now()) // { month: '2026-11', day: '27' } */
export function dateOf(ms: number): { readonly month: string; readonly day: string } {
  const date = isoFromMs(ms);
  return { month: date.slice(0, 7), day: date.slice(8, 10) };
}

/** What is left of the budgets at this time, by the ledger of its month. */
export function budgetsAt(
  ledger: SpendMonth,
  limits: TicketServices['settings']['budget'],
  nowMs: number,
): Budgets {
  const { day } = dateOf(nowMs);
  const now = new Date(nowMs);
  const ofDay = costOf(ledger.days[day]) + reservedIn(ledger, day);
  const ofMonth = Object.values(ledger.days).reduce((sum, one) => sum + costOf(one), 0) + reservedIn(ledger);
  const tomorrow = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1);
  const nextMonth = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
  return {
    day: leftOf(limits.day, ofDay, tomorrow),
    month: leftOf(limits.month, ofMonth, nextMonth),
  };
}

/** What is reserved for calls under way, of one day or of all. */
export function reservedIn({ open }: SpendMonth, day?: string): number {
  return Object.values(open)
    .filter((one) => day === undefined || one.day === day)
    .reduce((sum, one) => sum + one.microUsd, 0);
}

/**
 * Refuses what would cost something where nothing may be spent.
 *
 * @throws ApiError `budget_exhausted` (402) with `resets_at`, null where a budget is 0 by its setting
 */
export async function requireBudget({ now }: Services, tickets: TicketServices): Promise<void> {
  const { ledger, settings } = tickets;
  const nowMs = now();
  const { budget } = settings;
  if (Math.min(budget.run, budget.day, budget.month) === 0) {
    throw exhausted(
      'A budget of Claude is 0: nothing is analysed. Set CLAUDE_BUDGET_USD_PER_DAY, _PER_MONTH and _PER_RUN to more than 0.',
      null,
    );
  }
  const { day, month } = budgetsAt(await ledger.read(dateOf(nowMs).month), budget, nowMs);
  if (month.left === 0)
    throw exhausted(usedUp('month', 'CLAUDE_BUDGET_USD_PER_MONTH', month), month.resetsAt);
  if (day.left === 0) throw exhausted(usedUp('day', 'CLAUDE_BUDGET_USD_PER_DAY', day), day.resetsAt);
}

function usedUp(period: string, setting: string, { limit, resetsAt }: BudgetLeft): string {
  return `The ${period}'s budget for Claude (${setting}, $${limit / 1_000_000}) is used up until ${isoFromMs(resetsAt)}. Tickets still come in: POST /api/tasks/sync.`;
}

function exhausted(message: string, resetsAt: number | null): ApiError {
  const facts = { resets_at: resetsAt === null ? null : isoFromMs(resetsAt) };
  return new ApiError(402, 'budget_exhausted', message, { facts });
}

function costOf(day: SpendDay | undefined): number {
  return Object.values(day?.uses ?? {}).reduce((sum, use) => sum + use.costMicroUsd, 0);
}

function leftOf(limit: number, used: number, resetsAt: number): BudgetLeft {
  return { limit, used, left: Math.max(0, limit - used), resetsAt };
}
