import { sleep } from '#adapters/clock/sleep.ts';
import { batchGet, type Timing } from '#adapters/dynamodb/table/batch-get.ts';
import { type Row, reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import type { CachedSkill } from '#core/skills/cached-skill.ts';
import { cachedSkill, isUnreadable } from '#core/skills/skill-entry.ts';
import type { RememberingReader, SkillBatchReader } from '#core/skills/skill-reader.ts';
import { createRememberedSkills, VERSION_ATTRIBUTES } from './remembered-skills.ts';
import { isSkillId, skillEntry, skillKey } from './skill-item.ts';

const REAL_TIME: Timing = { sleep, random: Math.random };

/**
 * Many skills by their ids: half a unit for 4 KB each, a whole one where they are read consistently.
 *
 * @param timing for the waits of a throttled read; real time where it is absent
 */
export function createSkillBatchReader(table: Table, timing: Timing = REAL_TIME): SkillBatchReader {
  return {
    async getMany(skillIds, now, consistent = false) {
      const rows = await batchGet(table, possibleIds(skillIds).map(skillKey), timing, { consistent });
      return rows.flatMap((row) => readSkill(table, row) ?? []).filter(({ expiresAt }) => expiresAt > now);
    },
  };
}

/**
 * The same for the same units, which remembers what it has read: of a skill that it knows only the version is read, and
 * the skill itself where that is another one. Reading and writing the JSON of ten skills takes several times as long
 * as finding them. The same version is the same object each time.
 *
 * @param timing for the waits of a throttled read; real time where it is absent
 */
export function createRememberingReader(table: Table, timing: Timing = REAL_TIME): RememberingReader {
  const remembered = createRememberedSkills();
  return {
    remembered: (skillId) => remembered.recall(skillId),
    async getMany(skillIds, now, consistent = false) {
      const ids = possibleIds(skillIds);
      const read = async (wanted: readonly string[]) => {
        const rows = await batchGet(table, wanted.map(skillKey), timing, { consistent });
        return rows.flatMap((row) => {
          const skill = readSkill(table, row);
          if (skill) remembered.keep(row, skill);
          return skill ?? [];
        });
      };
      const known = ids.filter((id) => remembered.has(id));
      const [versions, others] = await Promise.all([
        batchGet(table, known.map(skillKey), timing, { consistent, attributes: VERSION_ATTRIBUTES }),
        read(ids.filter((id) => !remembered.has(id))),
      ]);
      const same = versions.flatMap((row) => remembered.ofVersion(row) ?? []);
      const isSame = new Set(same.map(({ remote }) => remote.skill.skill_id));
      const changed = known.filter((id) => !isSame.has(id));
      return [...same, ...others, ...(await read(changed))].filter(({ expiresAt }) => expiresAt > now);
    },
  };
}

function possibleIds(skillIds: readonly string[]): string[] {
  return [...new Set(skillIds)].filter(isSkillId);
}

function readSkill(table: Table, row: Row): CachedSkill | undefined {
  const entry = skillEntry(row);
  const skill = cachedSkill(entry);
  if (skill === undefined && isUnreadable(entry)) reportUnreadable(table.log, row, 'no skill');
  return skill;
}
