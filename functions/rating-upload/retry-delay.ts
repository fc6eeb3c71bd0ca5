import { centredJitter, listedDelay } from '#core/time/backoff.ts';
import type { Random } from '#core/time/clock.ts';

/**
 * After each failure but the last one, in milliseconds. The first is short, for a server that stumbled. The fifth
 * attempt comes more than an hour after the first, whatever the jitter: an outage of an hour leads nowhere near the dead
 * letters. It comes well before the 90 minutes after which an alarm takes the queue for one that nobody works on.
 */
const RETRY_DELAYS_MS: readonly number[] = [10_000, 120_000, 900_000, 3_000_000];
const JITTER_SHARE = 0.1;

const delayAfter = listedDelay(RETRY_DELAYS_MS);
const withJitter = centredJitter(JITTER_SHARE);

/** Failed attempts after which one that was the last receive of its message is the last attempt. */
export const RETRIES = RETRY_DELAYS_MS.length;
/** The longest delay with its jitter, in milliseconds. A next attempt further ahead is of a clock that was wrong. */
export const LONGEST_RETRY_MS = retryDelayMs(RETRIES, () => 1);

/** The delay after the n-th failure in milliseconds, a tenth more or less: what failed together is not retried together. */
export function retryDelayMs(failures: number, random: Random): number {
  return withJitter(delayAfter(failures), random);
}
