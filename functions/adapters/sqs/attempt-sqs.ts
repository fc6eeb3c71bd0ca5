import { errorName, QueueError } from '#core/errors.ts';

/** The longest that SQS hides a message: 12 hours. */
const MAX_VISIBILITY_SECONDS = 43_200;

/** How long a message is hidden, as SQS counts. */
export function visibilitySeconds(delayMs: number): number {
  return Math.min(Math.ceil(delayMs / 1000), MAX_VISIBILITY_SECONDS);
}

/** Runs one call. @throws QueueError that tells the error's name only: its message may quote addresses */
export async function attemptSqs<T>(operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const name = errorName(cause);
    throw new QueueError(`SQS ${operation} failed: ${name}`, { cause });
  }
}
