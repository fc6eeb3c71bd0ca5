/**
 * The marketplace's limit of requests a minute, shared by processes that know nothing of each other. What they share
 * is a list of places. A request takes one before it leaves and holds it until a minute after its answer came, so
 * that whatever moment the marketplace counted, two requests of one place are more than a minute apart for it.
 */

/** What is stored. Times are milliseconds since 1970. */
export type WindowState = {
  /** When each place that is taken comes free, in no order. */
  readonly places: readonly number[];
  /** The marketplace asked everybody not to come before this. */
  readonly pausedUntil: number;
};

export const EMPTY_WINDOW: WindowState = { places: [], pausedUntil: 0 };

/** Where the places are kept. */
export type RequestWindow = {
  /**
   * Changes what is stored by comparing and swapping; the transition may be called again and must be pure.
   * @throws StorageError
   */
  change<T>(
    transition: (state: WindowState) => { readonly state: WindowState; readonly result: T },
  ): Promise<T>;
};

/** What a process has to tell: places that were taken and now come free at another time, or at once. */
export type Settlement = { readonly held: number; readonly freeAt?: number };

/** Puts in what became of places, and forgets those that have come free. */
export function settled(state: WindowState, settlements: readonly Settlement[], now: number): WindowState {
  const places = [...state.places];
  for (const { held, freeAt } of settlements) {
    const at = places.indexOf(held);
    // One that is gone had been held for too long; what its request did still counts.
    if (at !== -1) places.splice(at, 1);
    if (freeAt !== undefined) places.push(freeAt);
  }
  return { ...state, places: places.filter((freeAt) => freeAt > now) };
}

/** What came of asking for places: so many were taken, or none is to be had before so many milliseconds. */
export type Taken = { readonly count: number; readonly waitMs: number };

/** Takes up to so many places and holds each until `heldUntil`, unless its request says otherwise before. */
export function taken(
  state: WindowState,
  wanted: number,
  { limit, now, heldUntil }: { readonly limit: number; readonly now: number; readonly heldUntil: number },
): { readonly state: WindowState; readonly result: Taken } {
  if (state.pausedUntil > now) return { state, result: { count: 0, waitMs: state.pausedUntil - now } };
  const count = Math.min(wanted, limit - state.places.length);
  if (count > 0) {
    const held = Array.from({ length: count }, () => heldUntil);
    return { state: { ...state, places: [...state.places, ...held] }, result: { count, waitMs: 0 } };
  }
  return { state, result: { count: 0, waitMs: Math.max(1, Math.min(...state.places) - now) } };
}
