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

/** Some 3,000 of the usual size. Each character takes two to four bytes: in the skill's fields, and in its JSON. */
const MAX_CHARACTERS = 16_000_000;
/** A larger one would drive out hundreds. */
const MAX_SKILL_CHARACTERS = 200_000;

/** Skills that were read, each with the version of its item. Those that were asked for last stay. */
export type RememberedSkills = {
  has(skillId: string): boolean;
  /** The skill as it was kept last, whatever is stored by now. */
  recall(skillId: string): CachedSkill | undefined;
  /** The skill of an item, which needs no more than {@link VERSION_ATTRIBUTES}; undefined where it was another one. */
  ofVersion(row: Row): CachedSkill | undefined;
  keep(row: Row, skill: CachedSkill): void;
};

type Remembered = { readonly version: string; readonly skill: CachedSkill; readonly characters: number };

/** Remembers nothing yet. */
export function createRememberedSkills(maxCharacters = MAX_CHARACTERS): RememberedSkills {
  const byId = new Map<string, Remembered>();
  let characters = 0;
  const forget = (id: string) => {
    characters -= byId.get(id)?.characters ?? 0;
    byId.delete(id);
  };
  const keepLast = (id: string, remembered: Remembered) => {
    forget(id);
    byId.set(id, remembered);
    characters += remembered.characters;
    for (const oldest of byId.keys()) {
      if (characters <= maxCharacters) break;
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
      const { length } = skillJson(effectiveSkill(skill)).text;
      const version = versionOf(row);
      if (version === undefined || length > MAX_SKILL_CHARACTERS) return;
      keepLast(skill.remote.skill.skill_id, { version, skill, characters: length });
    },
  };
}

/** Undefined where it can't be told: an edit without a revision. */
function versionOf(row: Row): string | undefined {
  if (row.edited !== undefined && typeof row.editRevision !== 'number') return undefined;
  return JSON.stringify(VERSION_ATTRIBUTES.map((name) => row[name] ?? null));
}
