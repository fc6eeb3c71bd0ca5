import type { CacheReadStore, CacheReads } from '#core/skills/cache-reads.ts';

/** The in-memory fake of `createCacheReadStore`. */
export function createMemoryCacheReadStore(): CacheReadStore {
  let stored: CacheReads = { hits: 0, misses: 0 };
  return {
    async add({ hits, misses }) {
      stored = { hits: stored.hits + hits, misses: stored.misses + misses };
    },
    totals: async () => stored,
  };
}
