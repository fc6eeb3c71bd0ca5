import type { Random } from '#core/time/clock.ts';

/** The longest wait before each attempt; the last one stays. */
export const BACKOFF_MS: readonly number[] = [1_000, 2_000, 4_000, 8_000, 16_000];
/** Chance must not make the wait nothing: a server that has just refused would be hit in the same millisecond. */
const LEAST_MS = 100;

/**
 * How long to wait before the attempt after so many failures in a row, 1 for the first. Full jitter: anything from
 * nothing to the longest wait, so that the clients of a server that restarts don't come back in one wave.
 */
export function backoffMs(failures: number, random: Random): number {
  const longest = BACKOFF_MS[Math.min(Math.max(failures, 1), BACKOFF_MS.length) - 1] ?? LEAST_MS;
  return Math.max(LEAST_MS, Math.round(longest * random()));
}
