import type { RatingConflictLog } from '#core/rating-ports.ts';
import { fillPage } from './fill-page.ts';
import { memoryPartitionSource } from './memory-partition.ts';
import { nameOf } from './memory-rating-store.ts';
import type { MemoryTable } from './memory-table.ts';
import { RATING_CONFLICT_LIST, type RatingConflictItem, ratingConflictItem } from './rating-conflict-log.ts';

/** The in-memory fake of `createRatingConflictLog`. */
export function createMemoryRatingConflictLog({ ratings }: Pick<MemoryTable, 'ratings'>): RatingConflictLog {
  const items = () =>
    [...ratings.values()].filter((row) => row.pk === RATING_CONFLICT_LIST.pk) as RatingConflictItem[];
  return {
    async append(conflict) {
      const item = ratingConflictItem(conflict);
      ratings.set(nameOf(item), item);
    },
    list: (limit, cursor, now) =>
      fillPage(memoryPartitionSource(items(), RATING_CONFLICT_LIST, now), limit, cursor, 1),
  };
}
