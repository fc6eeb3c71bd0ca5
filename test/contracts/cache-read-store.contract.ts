import { describe, expect, it } from 'vitest';
import type { OpenStores } from '#test/engines/test-stores.ts';

/** What every `CacheReadStore` does. */
export function cacheReadStoreContract(open: OpenStores): void {
  describe('CacheReadStore', () => {
    it('adds up what several add at once, from nothing', async () => {
      const { cacheReads } = await open();
      expect(await cacheReads.totals()).toEqual({ hits: 0, misses: 0 });
      await Promise.all([cacheReads.add({ hits: 3, misses: 0 }), cacheReads.add({ hits: 2, misses: 4 })]);
      expect(await cacheReads.totals()).toEqual({ hits: 5, misses: 4 });
    });
  });
}
