import { ApiError } from './errors.ts';

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
export async function withinTime<T>(work: Promise<T>, budgetMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(tookTooLong()), budgetMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function tookTooLong(): ApiError {
  const message = 'The answer took too long. What was asked may have been done: look before you ask again.';
  return new ApiError(503, 'took_too_long', message, { headers: { 'retry-after': '5' } });
}
