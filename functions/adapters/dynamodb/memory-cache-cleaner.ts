import type { CacheCleaner } from '#core/skills/cache-cleaner.ts';
import type { SkillEntry } from '#core/skills/skill-entry.ts';
import type { MemoryCategories } from './categories/memory-category-store.ts';
import type { MemoryRejectedRecords } from './records/memory-rejected-record-store.ts';
import type { MemoryRuns } from './runs/memory-run-store.ts';
import type { MemorySkills } from './skills/memory-skill-entries.ts';
import { toEpochSeconds } from './table/epoch-seconds.ts';

/** The in-memory fake of `createCacheCleaner`. */
export function createMemoryCacheCleaner(
  memory: Pick<MemorySkills, 'skills'> & MemoryCategories & MemoryRuns & MemoryRejectedRecords,
): CacheCleaner {
  return {
    async sweep(now, signal) {
      signal?.throwIfAborted();
      const { skills, categories, runs, rejected } = memory;
      const isOver = ({ expiresAt }: { readonly expiresAt: number }) => expiresAt <= toEpochSeconds(now);
      const isExpired = ({ expiresAt }: SkillEntry) => (expiresAt ?? 0) <= now.getTime();
      const isDone = (entry: SkillEntry) => isExpired(entry) && !entry.edit && !entry.outbox;
      const deletedTombstones = removeWhere(skills, (entry) => isDone(entry) && isTombstone(entry));
      const deletedSkills = removeWhere(skills, isDone);
      return {
        deletedSkills,
        deletedCategories: removeWhere(categories, isOver),
        deletedRuns: removeWhere(runs, isOver),
        deletedOther: removeWhere(rejected, isOver) + deletedTombstones,
        liveSkills: [...skills.values()].filter((one) => !isTombstone(one) && !isExpired(one)).length,
        liveCategories: categories.size,
      };
    },
  };
}

function isTombstone({ deletedAt }: SkillEntry): boolean {
  return deletedAt !== undefined;
}

function removeWhere<T>(map: Map<string, T>, isGone: (item: T) => boolean): number {
  const gone = [...map].filter(([, item]) => isGone(item));
  for (const [key] of gone) map.delete(key);
  return gone.length;
}
