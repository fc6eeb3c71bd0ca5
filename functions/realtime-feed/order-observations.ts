import { isFromWrongClock } from '#core/time/wrong-clock.ts';

/** Skills and categories whose last observation is remembered: those that were written last. */
const MAX_KEYS = 10_000;

/** When what is written was observed, so that what came later over the feed is the later observation. */
export type Observations = {
  /**
   * When an arrival counts as observed: at its arrival (ms since 1970), but later than whatever was written of the
   * same key before.
   */
  next(key: string, arrivedAt: number): number;
  /** Forgets what a clock that was ahead has left: for a new connection, once that clock is right. */
  forgetAhead(now: number): void;
};

/**
 * Remembers the last observation of each key. Frames that arrive in one millisecond, and frames between which the
 * clock was set back, have the order in which they came; without it the content hash would decide, or the clock.
 *
 * It counts by key and when something is written, not by frame: what is coalesced costs no millisecond, and a key is
 * written less often than once in a millisecond. So observations don't run ahead of the clock in a flood, where they
 * would win over pages that were asked for later.
 */
export function createObservations(maxKeys = MAX_KEYS): Observations {
  /** In the order of writing. */
  const last = new Map<string, number>();
  return {
    next: (key, arrivedAt) => {
      const before = last.get(key);
      const observedAt = before === undefined ? arrivedAt : Math.max(arrivedAt, before + 1);
      last.delete(key);
      last.set(key, observedAt);
      const [oldest] = last.size > maxKeys ? last.keys() : [];
      if (oldest !== undefined) last.delete(oldest);
      return observedAt;
    },
    forgetAhead: (now) => {
      for (const [key, observedAt] of last) if (isFromWrongClock(observedAt, now, 0)) last.delete(key);
    },
  };
}
