import { type Instant, instantFromMs } from '#core/time/instant.ts';
import { CLOCK_TOLERANCE_MS, latestBelieved } from '#core/time/wrong-clock.ts';

/** In a rank it sorts an undated version right before what was changed at that very time. */
const UNDATED = ' ';

/**
 * When a version counts as changed: its own stamp or, where that lies ahead of every clock (the year 9999), the time
 * at which it was observed, marked as such: the version is **undated**. It is taken like any other; what is changed
 * after it is newer, and so is whatever a later listing says instead ({@link isUndated}).
 *
 * @param observedAt ms since 1970
 */
export function orderTime(updatedAt: Instant, observedAt: number): Instant {
  if (updatedAt <= instantFromMs(latestBelieved(observedAt, 0))) return updatedAt;
  return instantFromMs(observedAt) + UNDATED;
}

/** Whether this is the time of an observation, put in place of a stamp that nobody can believe. */
export function isUndated(time: Instant): boolean {
  return time.endsWith(UNDATED);
}

/** The time without that mark. */
export function dated(time: Instant): Instant {
  return time.trimEnd();
}

/**
 * Whether a stored time lies further ahead than anything that we write: then a wrong clock wrote it, or code that
 * believed every stamp. It must not stand in the way until its time has come.
 *
 * @param at an instant, or ms since 1970
 */
export function liesAhead(at: Instant | number, nowMs: number): boolean {
  // Twice the tolerance: the marketplace's clock may be ahead of the writer's, and the writer's of ours.
  const limitMs = latestBelieved(nowMs, CLOCK_TOLERANCE_MS);
  return typeof at === 'number' ? at > limitMs : at > instantFromMs(limitMs);
}
