import { itemName } from '#adapters/dynamodb/table/table.ts';
import { compareUtf8 } from '#adapters/dynamodb/table/utf8-order.ts';
import type { RatingPulls } from '#core/ratings/rating-ports.ts';
import type { MemoryRatings } from './memory-rating-store.ts';
import { PULLS, pullChanges, pullKey, pullsDue, skillsOf } from './rating-pulls.ts';

/** The in-memory fake of `createRatingPulls`. */
export function createMemoryRatingPulls({ ratings }: MemoryRatings): RatingPulls {
  const write = (skillId: string, dueAt: number | undefined) => {
    const key = pullKey(skillId);
    ratings.set(itemName(key), { ...key, ...pullChanges(dueAt).set });
  };
  return {
    async ensure(skillId, dueAt) {
      if (ratings.get(itemName(pullKey(skillId)))?.work === undefined) write(skillId, dueAt);
    },
    async due(now, limit) {
      const waiting = [...ratings.values()]
        .filter((row) => row.work === PULLS)
        .sort((a, b) => compareUtf8(String(a.dueAt), String(b.dueAt)) || compareUtf8(a.pk, b.pk));
      const rows = pullsDue(now).flatMap(([from, to]) =>
        waiting.filter(({ dueAt }) => String(dueAt) >= from && String(dueAt) <= to),
      );
      return skillsOf(rows.slice(0, limit));
    },
    async schedule(skillId, dueAt) {
      write(skillId, dueAt);
    },
  };
}
