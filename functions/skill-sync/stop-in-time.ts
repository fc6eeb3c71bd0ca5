import { OutOfTimeError } from '#core/errors.ts';
import type { Now } from '#core/time/clock.ts';

/** What is kept for writing the cursor and the record, whatever the pages take. */
const FIXED_RESERVE_MS = 10_000;

/**
 * Gives a check to call before each page: it throws while there is still time to save the cursor. The reserve
 * is twice the slowest page so far, because the next one may be slower.
 */
export function stopBeforeTimeRunsOut(remainingMs: () => number, now: Now): () => void {
  let slowestMs = 0;
  let last = now();
  return () => {
    const at = now();
    slowestMs = Math.max(slowestMs, at - last);
    last = at;
    if (remainingMs() < FIXED_RESERVE_MS + 2 * slowestMs) {
      throw new OutOfTimeError('The next page might not fit into this invocation.');
    }
  };
}
