/**
 * Recognises times that only a wrong clock can have written.
 *
 * A clock that was ahead and is corrected leaves times in the future: a lease that lasts for a year, a rating that is
 * due next year, a success that has not happened yet. Each kind of time has a longest distance at which we write it; a
 * time further ahead counts as over. If such a lease is held after all (by a process whose clock is still wrong), the
 * fencing token keeps its holder's writes out.
 *
 * A clock that was behind needs no such rule: what it wrote is over long ago.
 */

/**
 * How far the clocks of two of our processes may differ. A time ahead by less is believed, so this is also the longest
 * wait that a wrong clock can cause. Five minutes, as AWS tolerates for the clock of a signed request.
 */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * The latest time of its kind that is believed, in milliseconds since 1970.
 *
 * @param longestAheadMs how far ahead of its writer's clock such a time can be; 0 for the time of something past
 */
export function latestBelieved(now: number, longestAheadMs: number): number {
  return now + longestAheadMs + CLOCK_TOLERANCE_MS;
}

/** Whether a time is further ahead than anything of its kind that we write. @see latestBelieved */
export function isFromWrongClock(time: number, now: number, longestAheadMs: number): boolean {
  return time > latestBelieved(now, longestAheadMs);
}

/** Whether something still lasts: its end is in the future, and not from a wrong clock. @see latestBelieved */
export function isStillOn(until: number | undefined, now: number, longestMs: number): boolean {
  return until !== undefined && until > now && !isFromWrongClock(until, now, longestMs);
}

/** Whether something happened less than `withinMs` ago. A time ahead counts as recent within the tolerance only. */
export function isRecent(at: number, now: number, withinMs: number): boolean {
  return now - at < withinMs && !isFromWrongClock(at, now, 0);
}
