/**
 * Times that only a wrong clock can have written.
 *
 * A clock that was ahead leaves times behind which lie in the future once it is put right: a lease that lasts for a
 * year, a rating that is due next year, a success that has not happened yet. Each kind of time has a longest distance
 * at which we ever write it; what lies further ahead is no fact to wait for, and counts as over. Where a lease was
 * still held after all (by a process whose clock is wrong), its fencing number keeps its holder's writes out.
 *
 * A clock that was behind needs no such rule: what it wrote looks as if it were long over.
 */

/**
 * How far the clocks of two of our processes may differ: below this a time ahead is believed, so this is also what is
 * waited for at most because of a clock. Five minutes: what AWS allows the clock of a signed request to be off.
 */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * The latest time of a kind that is believed. Milliseconds since 1970.
 *
 * @param longestAheadMs how far ahead of its writer's clock such a time lies at most; 0 for what says when something was
 */
export function latestBelieved(now: number, longestAheadMs: number): number {
  return now + longestAheadMs + CLOCK_TOLERANCE_MS;
}

/** Whether a time lies further ahead than anything of its kind that we write. @see latestBelieved */
export function isFromWrongClock(time: number, now: number, longestAheadMs: number): boolean {
  return time > latestBelieved(now, longestAheadMs);
}

/** Whether something lasts: until a time that is still to come, and that is no wrong clock's. @see latestBelieved */
export function isStillOn(until: number | undefined, now: number, longestMs: number): boolean {
  return until !== undefined && until > now && !isFromWrongClock(until, now, longestMs);
}

/** Whether something happened so recently. A time ahead is recent within the tolerance, and never beyond it. */
export function isRecent(at: number, now: number, withinMs: number): boolean {
  return now - at < withinMs && !isFromWrongClock(at, now, 0);
}
