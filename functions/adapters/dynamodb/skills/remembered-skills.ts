import type { Row } from '#adapters/dynamodb/table/table.ts';
import { type CachedSkill, effectiveSkill } from '#core/skills/cached-skill.ts';
import { skillJson } from '#core/skills/skill-json.ts';
import { skillIdOf } from './skill-item.ts';

/** What of an item tells its version: all that a skill and its edit can be changed by. */
export const VERSION_ATTRIBUTES = [
  'rank',
  'hash',
  'editRevision',
  'edited',
  'expiresAt',
  'deletedAt',
] as const;

/** Of JSON: some 3,000 skills of the usual size. Each byte takes one or two more in the skill's fields. */
const MAX_BYTES = 16_000_000;
/** A larger one would drive out hundreds. */
const MAX_SKILL_BYTES = 200_000;

/** Skills that were read, each with the version of its item. Those that were asked for last stay. */
export type RememberedSkills = {
  has(skillId: string): boolean;
  /** The skill as it was kept last, whatever is stored by now. */
  recall(skillId: string): CachedSkill | undefined;
  /** The skill of an item, which needs no more than {@link VERSION_ATTRIBUTES}; undefined where it was another one. */
  ofVersion(row: Row): CachedSkill | undefined;
  keep(row: Row, skill: CachedSkill): void;
};

type Remembered = { readonly version: string; readonly skill: CachedSkill; readonly bytes: number };

/** Remembers nothing yet. */
export function createRememberedSkills(maxBytes = MAX_BYTES): RememberedSkills {
  const byId = new Map<string, Remembered>();
  let bytes = 0;
  const forget = (id: string) => {
    bytes -= byId.get(id)?.bytes ?? 0;
    byId.delete(id);
  };
  const keepLast = (id: string, remembered: Remembered) => {
    forget(id);
    byId.set(id, remembered);
    bytes += remembered.bytes;
    for (const oldest of byId.keys()) {
      if (bytes <= maxBytes) break;
      forget(oldest);
    }
  };
  return {
    has: (skillId) => byId.has(skillId),
    recall(skillId) {
      const remembered = byId.get(skillId);
      if (remembered) keepLast(skillId, remembered);
      return remembered?.skill;
    },
    ofVersion(row) {
      const id = skillIdOf(row.pk) ?? '';
      const remembered = byId.get(id);
      if (remembered === undefined || remembered.version !== versionOf(row)) return undefined;
      keepLast(id, remembered);
      return remembered.skill;
    },
    keep(row, skill) {
      const { length } = skillJson(effectiveSkill(skill)).utf8;
      const version = versionOf(row);
      if (version === undefined || length > MAX_SKILL_BYTES) return;
      keepLast(skill.remote.skill.skill_id, { version, skill, bytes: length });
    },
  };
}

/** Undefined where it can't be told: an edit without a revision. */
function versionOf(row: Row): string | undefined {
  if (row.edited !== undefined && typeof row.editRevision !== 'number') return undefined;
  return JSON.stringify(VERSION_ATTRIBUTES.map((name) => row[name] ?? null));
}
