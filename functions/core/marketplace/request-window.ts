import { isStillOn } from '#core/time/wrong-clock.ts';

/**
 * The marketplace's limit of requests a minute, shared by processes that know nothing of each other. What they share
 * is a list of permits. A request takes one before it leaves and holds it until a minute after its answer came, so
 * that whatever moment the marketplace counted, two requests of one permit are more than a minute apart for it.
 */

/** What is stored. Times are milliseconds since 1970. */
export type WindowState = {
  /** When each permit that is taken comes free, in no order. */
  readonly permits: readonly number[];
  /** The marketplace asked everybody not to come before this. */
  readonly pausedUntil: number;
};

export const EMPTY_WINDOW: WindowState = { permits: [], pausedUntil: 0 };

/** The longest that the marketplace is left alone because it asked for it; a longer wish is taken for this. */
export const LONGEST_PAUSE_MS = 3_600_000;
/** A permit that was taken ahead is used within this, or given back. */
export const LONGEST_SPARE_MS = 60_000;
/**
 * How long a permit is held for a request of which nothing more is heard, its process having been killed: until it is
 * used, the longest that a request takes (120 s), and the minute after.
 */
export const LONGEST_HOLD_MS = LONGEST_SPARE_MS + 120_000 + 60_000;

/** Where the permits are kept. */
export type RequestWindow = {
  /**
   * Changes what is stored by comparing and swapping; the transition may be called again and must be pure. One that
   * gives back the state that it was given writes nothing.
   * @throws StorageError
   */
  change<T>(
    transition: (state: WindowState) => { readonly state: WindowState; readonly result: T },
  ): Promise<T>;
};

/** What a process has to tell: permits that were taken and now come free at another time, or at once. */
export type PermitRelease = { readonly held: number; readonly freeAt?: number };

/**
 * Until when the marketplace is to be left alone, 0 where it may be called. A pause that lies further ahead than
 * {@link LONGEST_PAUSE_MS} is of a clock that was wrong, and over.
 */
export function pauseInForce(until: number | undefined, now: number): number {
  return until !== undefined && isStillOn(until, now, LONGEST_PAUSE_MS) ? until : 0;
}

/**
 * Puts in what became of permits, and forgets those that have come free, and those that are held for longer than anyone
 * holds one. Gives back the same state where that changes nothing.
 */
export function withReleases(
  state: WindowState,
  releases: readonly PermitRelease[],
  now: number,
): WindowState {
  const isHeld = (freeAt: number) => isStillOn(freeAt, now, LONGEST_HOLD_MS);
  if (releases.length === 0 && state.permits.every(isHeld)) return state;
  const permits = [...state.permits];
  for (const { held, freeAt } of releases) {
    const at = permits.indexOf(held);
    // One that is gone had been held for too long; what its request did still counts.
    if (at !== -1) permits.splice(at, 1);
    if (freeAt !== undefined) permits.push(freeAt);
  }
  return { ...state, permits: permits.filter(isHeld) };
}

/** Has everybody stay away until then; a pause in force is never shortened. Same state where that changes nothing. */
export function paused(state: WindowState, until: number, now: number): WindowState {
  return until > Math.max(now, pauseInForce(state.pausedUntil, now))
    ? { ...state, pausedUntil: until }
    : state;
}

/** Lets everybody try again. Same state where nobody stays away. */
export function resumed(state: WindowState, now: number): WindowState {
  return pauseInForce(state.pausedUntil, now) === 0 ? state : { ...state, pausedUntil: 0 };
}

/** What came of asking for permits: so many were taken, or none is to be had before so many milliseconds. */
export type Taken = { readonly count: number; readonly waitMs: number };

/** What a process asks for. */
export type Wanted = {
  /** Requests that wait for a permit now. */
  readonly waiting: number;
  /** Places for the requests after those, to save writes: only of those that leave half of all to others. */
  readonly ahead: number;
  /** Requests in any 60 s, over all processes. */
  readonly limit: number;
  readonly now: number;
  /** Until when each is held, unless its request says otherwise before. */
  readonly heldUntil: number;
};

/** Takes up to as many permits as are wanted. */
export function taken(
  state: WindowState,
  { waiting, ahead, limit, now, heldUntil }: Wanted,
): { readonly state: WindowState; readonly result: Taken } {
  const pause = pauseInForce(state.pausedUntil, now);
  if (pause > 0) return { state, result: { count: 0, waitMs: pause - now } };
  const free = limit - state.permits.length;
  const spare = Math.max(0, Math.min(ahead, Math.floor(limit / 2) - state.permits.length - waiting));
  const count = Math.min(waiting + spare, free);
  if (count > 0) {
    const held = Array.from({ length: count }, () => heldUntil);
    return { state: { ...state, permits: [...state.permits, ...held] }, result: { count, waitMs: 0 } };
  }
  return { state, result: { count: 0, waitMs: Math.max(1, Math.min(...state.permits) - now) } };
}
