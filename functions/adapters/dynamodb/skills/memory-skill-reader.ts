import { type Chunk, fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { compareUtf8 } from '#adapters/dynamodb/table/utf8-order.ts';
import { type CachedSkill, effectiveSkill } from '#core/skills/cached-skill.ts';
import { cachedSkill, type SkillEntry } from '#core/skills/skill-entry.ts';
import type { SkillBatchReader, SkillFilter, SkillReader } from '#core/skills/skill-reader.ts';
import { matches } from './catalogue-entry.ts';
import type { MemorySkills } from './memory-skill-entries.ts';

/** The in-memory fake of `createSkillReader`. Its list is in the order of the ids. */
export function createMemorySkillReader({ skills }: Pick<MemorySkills, 'skills'>): SkillReader {
  return {
    get: async (skillId, now) => live(skills.get(skillId), now),
    async list(filter, limit, cursor, now) {
      const read = async ([after]: readonly string[] = []) => readAfter(skills, filter, now, after);
      return fillPage({ list: 'skills', filter, read }, limit, cursor, 1);
    },
  };
}

/** The in-memory fake of `createSkillBatchReader`. */
export function createMemorySkillBatchReader({ skills }: Pick<MemorySkills, 'skills'>): SkillBatchReader {
  return {
    getMany: async (skillIds, now) =>
      [...new Set(skillIds)].flatMap((skillId) => live(skills.get(skillId), now) ?? []),
  };
}

function readAfter(
  skills: MemorySkills['skills'],
  filter: SkillFilter,
  now: Date,
  after: string | undefined,
): Chunk<CachedSkill> {
  const hits = [...skills]
    .filter(([skillId]) => after === undefined || compareUtf8(skillId, after) > 0)
    .sort(([a], [b]) => compareUtf8(a, b))
    .flatMap(([skillId, entry]) => {
      const item = live(entry, now);
      return item && matches(filter, effectiveSkill(item)) ? [{ item, position: [skillId] }] : [];
    });
  return { hits, next: undefined };
}

function live(entry: SkillEntry | undefined, now: Date): CachedSkill | undefined {
  const skill = cachedSkill(entry);
  return skill && skill.expiresAt > now ? skill : undefined;
}
