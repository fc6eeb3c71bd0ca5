import type { CacheCleaner } from '#core/skills/cache-cleaner.ts';
import { servedUntil } from './skills/skill-item.ts';
import { toEpochSeconds } from './table/epoch-seconds.ts';
import type { MemoryTable } from './table/memory-table.ts';

/** The in-memory fake of `createCacheCleaner`. */
export function createMemoryCacheCleaner(
  memory: Pick<MemoryTable, 'skills' | 'categories' | 'runs' | 'rejected'>,
): CacheCleaner {
  return {
    async sweep(now, signal) {
      signal?.throwIfAborted();
      const { skills, categories, runs, rejected } = memory;
      const isExpired = (item: { readonly expiresAt: number; readonly edited?: number }) =>
        (servedUntil(item) ?? 0) <= toEpochSeconds(now);
      const tombstones = [...skills.values()].filter(
        (item) => item.deletedAt !== undefined && isExpired(item),
      );
      const deletedSkills = removeWhere(
        skills,
        (item) => item.edited === undefined && item.settled === undefined && isExpired(item),
      );
      const live = [...skills.values()].filter((item) => item.deletedAt === undefined && !isExpired(item));
      return {
        deletedSkills: deletedSkills - tombstones.length,
        deletedCategories: removeWhere(categories, isExpired),
        deletedRuns: removeWhere(runs, isExpired),
        deletedOther: removeWhere(rejected, isExpired) + tombstones.length,
        liveSkills: live.length,
        liveCategories: categories.size,
      };
    },
  };
}

function removeWhere<T>(map: Map<string, T>, isGone: (item: T) => boolean): number {
  const gone = [...map].filter(([, item]) => isGone(item));
  for (const [key] of gone) map.delete(key);
  return gone.length;
}
