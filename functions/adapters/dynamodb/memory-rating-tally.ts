import type { RatingTally } from '#core/rating-ports.ts';
import { nameOf } from './memory-rating-store.ts';
import type { MemoryTable } from './memory-table.ts';
import { TALLY_KEY } from './rating-tally.ts';

/** The in-memory fake of `createRatingTally`. */
export function createMemoryRatingTally({ ratings }: Pick<MemoryTable, 'ratings'>): RatingTally {
  const read = () => Number(ratings.get(nameOf(TALLY_KEY))?.synced ?? 0);
  return {
    async add(count) {
      ratings.set(nameOf(TALLY_KEY), { ...TALLY_KEY, synced: read() + count });
    },
    read: async () => read(),
  };
}
