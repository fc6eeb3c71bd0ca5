import { fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { memoryPartitionSource } from '#adapters/dynamodb/table/memory-partition.ts';
import { itemName } from '#adapters/dynamodb/table/table.ts';
import type { RatingConflictLog } from '#core/ratings/rating-ports.ts';
import type { MemoryRatings } from './memory-rating-store.ts';
import { RATING_CONFLICT_LIST, type RatingConflictItem, ratingConflictItem } from './rating-conflict-log.ts';

/** The in-memory fake of `createRatingConflictLog`. */
export function createMemoryRatingConflictLog({ ratings }: MemoryRatings): RatingConflictLog {
  const items = () =>
    [...ratings.values()].filter((row) => row.pk === RATING_CONFLICT_LIST.pk) as RatingConflictItem[];
  return {
    async append(conflict) {
      const item = ratingConflictItem(conflict);
      ratings.set(itemName(item), item);
    },
    list: (limit, cursor, now) =>
      fillPage(memoryPartitionSource(items(), RATING_CONFLICT_LIST, now), limit, cursor, 1),
  };
}
