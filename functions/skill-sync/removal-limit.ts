/** The part of the cache that one run may remove at most; more is taken for a fault of the marketplace. */
const MAX_REMOVED_SHARE = 0.2;

/** How many of so many live entries one run may remove. */
export function maxRemovals(liveEntries: number): number {
  return Math.floor(liveEntries * MAX_REMOVED_SHARE);
}
