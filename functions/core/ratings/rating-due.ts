import { isFromWrongClock, isStillOn } from '#core/time/wrong-clock.ts';
import { NEVER_MS, type Rating, type RatingBase, RatingStatus } from './rating.ts';
import type { WaitingStatus } from './rating-ports.ts';

/**
 * When somebody has to look after a rating, and what its times are worth: one that lies further ahead than anything we
 * write was written by a wrong clock (`wrong-clock.ts`) and puts nothing off.
 */

const HOUR_MS = 3_600_000;
/**
 * How far ahead a rating is due at most in each state, for the search of what a wrong clock has put off. What is queued
 * may be due later than that, behind a long line or after a long `Retry-After`: it is found, and judged by what else is
 * known of it.
 */
export const LONGEST_DUE_MS: Readonly<Record<WaitingStatus, number>> = {
  pending: 0,
  queued: 2 * HOUR_MS,
  failed: 2 * HOUR_MS,
  dead_lettered: 0,
};
/** A day of `Retry-After`, and the line. */
const LONGEST_QUEUED_MS = 26 * HOUR_MS;
/** The longest that a function runs, with the margin of its claim. */
const LONGEST_CLAIM_MS = 16 * 60_000;
/** How far ahead the next look at a skill's ratings lies at most: the longest interval of the rating sync. */
export const LONGEST_PULL_MS = 2 * HOUR_MS;

/** Whether the rating sync has to look after it. */
export function isDue(rating: Rating, now: number): boolean {
  const { status, dueAt = NEVER_MS } = rating;
  if (status === RatingStatus.synced || status === RatingStatus.deadLettered) return false;
  return (dueAt <= now || isPutOff(rating, now)) && !isClaimed(rating, now);
}

/** Whether a wrong clock has made it due later than anything is. What is never due is not. */
function isPutOff({ status, dueAt = NEVER_MS, queuedAt = 0 }: Rating, now: number): boolean {
  if (dueAt === NEVER_MS || status === RatingStatus.synced) return false;
  if (status !== RatingStatus.queued) return isFromWrongClock(dueAt, now, LONGEST_DUE_MS[status]);
  return isFromWrongClock(dueAt, now, LONGEST_QUEUED_MS) || isFromWrongClock(queuedAt, now, 0);
}

/** Whether a message uploads it now. */
export function isClaimed({ claim }: Rating, now: number): boolean {
  return isStillOn(claim?.until, now, LONGEST_CLAIM_MS);
}

/** When a rating is given after one of this time: two in one millisecond still have an order. */
export function laterThan(ratedAt: number, now: number): number {
  return isFromWrongClock(ratedAt, now, 0) ? now : Math.max(now, ratedAt + 1);
}

/** A time of the past as it can be: one of the future would win over every rating of the marketplace until it came. */
export function notAfter(now: number, ratedAt: number): number {
  return isFromWrongClock(ratedAt, now, 0) ? now : ratedAt;
}

/** Whether an answer left before we learned what we know. */
export function isOutdated(
  { requestedAt, now }: { readonly requestedAt: number; readonly now: number },
  base: RatingBase | undefined,
): boolean {
  const { knownAt = 0 } = base ?? {};
  return knownAt >= requestedAt && !isFromWrongClock(knownAt, now, 0);
}
