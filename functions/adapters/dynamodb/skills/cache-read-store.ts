import { getItem, updateItem } from '#adapters/dynamodb/table/item.ts';
import type { Key, Table } from '#adapters/dynamodb/table/table.ts';
import type { CacheReadStore } from '#core/skills/cache-reads.ts';

/** The one item that counts reads of the cache. */
const CACHE_READS: Key = { pk: 'COUNTERS', sk: 'CACHE_READS' };

/** The counts in DynamoDB: one item, counted up by atomic adds. */
export function createCacheReadStore(table: Table): CacheReadStore {
  return {
    async add({ hits, misses }) {
      await updateItem(table, CACHE_READS, { add: { hits, misses } });
    },
    async totals() {
      const { hits, misses } = (await getItem(table, CACHE_READS)) ?? {};
      return { hits: numberOf(hits), misses: numberOf(misses) };
    },
  };
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
