import { centredJitter, listedDelay } from '#core/time/backoff.ts';
import type { Random } from '#core/time/clock.ts';
import { RETRY_DELAYS_MS } from './delivery-limits.ts';

const delayAfter = listedDelay(RETRY_DELAYS_MS);
const withJitter = centredJitter(0.1);

/** How long an event waits after its n-th failure, a tenth more or less. Milliseconds. */
export function webhookDelayMs(failures: number, random: Random): number {
  return withJitter(delayAfter(Math.min(failures, RETRY_DELAYS_MS.length)), random);
}
