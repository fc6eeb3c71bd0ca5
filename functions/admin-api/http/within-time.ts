import type { Sleep } from '#core/time/clock.ts';
import { withDeadline } from '#core/time/deadline.ts';
import { type ApiError, unavailable } from './errors.ts';

/**
 * The whole of a request's work: API Gateway gives up after 30 s and the function is stopped after 29. What
 * is left is for the audit record and the answer.
 */
export const BUDGET_MS = 25_000;

/**
 * Waits for work, but not for ever.
 *
 * @throws ApiError `took_too_long` (503); the work itself may go on
 */
export function withinTime<T>(sleep: Sleep, work: Promise<T>, budgetMs: number): Promise<T> {
  return withDeadline(sleep, { ms: budgetMs, error: tookTooLong }, () => work);
}

function tookTooLong(): ApiError {
  const message = 'The answer took too long. What was asked may have been done: look before you ask again.';
  return unavailable('took_too_long', message);
}
