import { sleep } from '#adapters/clock/sleep.ts';
import { batchGet, type Timing } from '#adapters/dynamodb/table/batch-get.ts';
import { reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import { cachedSkill, isUnreadable } from '#core/skills/skill-entry.ts';
import type { SkillBatchReader } from '#core/skills/skill-reader.ts';
import { isSkillId, skillEntry, skillKey } from './skill-item.ts';

/**
 * Many skills by their ids: half a unit for 4 KB each, a whole one where they are read consistently.
 *
 * @param timing for the waits of a throttled read; real time where it is absent
 */
export function createSkillBatchReader(
  table: Table,
  timing: Timing = { sleep, random: Math.random },
): SkillBatchReader {
  return {
    async getMany(skillIds, now, consistent = false) {
      const keys = [...new Set(skillIds)].filter(isSkillId).map(skillKey);
      const rows = await batchGet(table, keys, timing, { consistent });
      return rows.flatMap((row) => {
        const entry = skillEntry(row);
        const skill = cachedSkill(entry);
        if (skill === undefined && isUnreadable(entry)) reportUnreadable(table.log, row, 'no skill');
        return skill && skill.expiresAt > now ? [skill] : [];
      });
    },
  };
}
