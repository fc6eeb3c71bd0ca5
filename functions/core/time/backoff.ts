import type { Random } from './clock.ts';

/**
 * The delay after a number of failures in a row, in milliseconds; a backoff is a growing delay with a jitter.
 * Failures are counted from 1, and a smaller count is taken for 1.
 */
export type Delay = (failures: number) => number;

/** Varies a delay by chance, so that clients which failed together do not come back together. Whole milliseconds. */
export type Jitter = (delayMs: number, random: Random) => number;

/**
 * The delays that the marketplace's contract asks of its clients, before each of five attempts. Milliseconds.
 * Used for its HTTP API and for its WebSocket alike.
 */
export const CONTRACT_DELAYS_MS: readonly number[] = [1_000, 2_000, 4_000, 8_000, 16_000];

/** Delays from a list, in milliseconds; the last one is repeated. */
export function listedDelay(delaysMs: readonly number[]): Delay {
  return (failures) => delaysMs[Math.min(Math.max(failures, 1), delaysMs.length) - 1] ?? 0;
}

/**
 * Exponential delay: doubles with every failure, up to a cap.
 *
 * @param longestMs the cap in milliseconds
 */
export function exponentialDelay(firstMs: number, longestMs = Number.POSITIVE_INFINITY): Delay {
  return (failures) => Math.min(longestMs, firstMs * 2 ** (Math.max(failures, 1) - 1));
}

/**
 * Full jitter: anything from `leastMs` to the delay. Spreads clients best; used where many of them lose one server at
 * the same moment.
 *
 * @param leastMs the shortest wait: chance must not send a client back in the same millisecond
 */
export function fullJitter(leastMs = 0): Jitter {
  return (delayMs, random) => Math.max(leastMs, Math.round(delayMs * random()));
}

/** Equal jitter: half of the delay for certain, the other half by chance. */
export const equalJitter: Jitter = (delayMs, random) => Math.round(delayMs * (0.5 + random() / 2));

/**
 * Centred jitter: the delay, more or less by a share of it. The delay is kept on average; used where it is promised to
 * somebody, or where a server that has just failed needs its rest.
 *
 * @param share the largest deviation: 0.5 for ±50 %, 0.1 for ±10 %
 */
export function centredJitter(share: number): Jitter {
  return (delayMs, random) => Math.round(delayMs * (1 - share + 2 * share * random()));
}
