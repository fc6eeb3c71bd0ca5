import { itemName } from '#adapters/dynamodb/table/table.ts';
import type { RatingTally } from '#core/ratings/rating-ports.ts';
import type { MemoryRatings } from './memory-rating-store.ts';
import { TALLY_KEY } from './rating-tally.ts';

/** The in-memory fake of `createRatingTally`. */
export function createMemoryRatingTally({ ratings }: MemoryRatings): RatingTally {
  const read = () => Number(ratings.get(itemName(TALLY_KEY))?.synced ?? 0);
  return {
    async add(count) {
      ratings.set(itemName(TALLY_KEY), { ...TALLY_KEY, synced: read() + count });
    },
    read: async () => read(),
  };
}
