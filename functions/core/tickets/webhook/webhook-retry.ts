import { centredJitter, listedDelay } from '#core/time/backoff.ts';
import type { Random } from '#core/time/clock.ts';

/** After each failure but the last one, in milliseconds: a receiver that is down for eight hours loses nothing. */
const RETRY_DELAYS_MS: readonly number[] = [10_000, 60_000, 300_000, 1_800_000, 7_200_000, 21_600_000];

/** How often an event is tried before it goes to the dead letters: the queue's receives. */
export const MAX_DELIVERIES = RETRY_DELAYS_MS.length + 1;

const delayAfter = listedDelay(RETRY_DELAYS_MS);
const withJitter = centredJitter(0.1);

/** How long an event waits after its n-th failure, a tenth more or less. Milliseconds. */
export function webhookDelayMs(failures: number, random: Random): number {
  return withJitter(delayAfter(Math.min(failures, RETRY_DELAYS_MS.length)), random);
}
