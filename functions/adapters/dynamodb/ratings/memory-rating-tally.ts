import type { MemoryTable } from '#adapters/dynamodb/table/memory-table.ts';
import { itemName } from '#adapters/dynamodb/table/table.ts';
import type { RatingTally } from '#core/ratings/rating-ports.ts';
import { TALLY_KEY } from './rating-tally.ts';

/** The in-memory fake of `createRatingTally`. */
export function createMemoryRatingTally({ ratings }: Pick<MemoryTable, 'ratings'>): RatingTally {
  const read = () => Number(ratings.get(itemName(TALLY_KEY))?.synced ?? 0);
  return {
    async add(count) {
      ratings.set(itemName(TALLY_KEY), { ...TALLY_KEY, synced: read() + count });
    },
    read: async () => read(),
  };
}
