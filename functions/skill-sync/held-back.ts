import type { SkillVersion } from '#core/skills/skill.ts';

/** JSON of versions that are kept for later, in characters: bounds memory, whatever a listing holds. */
const MAX_KEPT_CHARACTERS = 16 * 1_048_576;
/** Ids that are shown in the log. */
const MAX_SHOWN = 10;

/** A version that a listing named and a tombstone kept out, with when its page was asked for. */
export type KeptOut = { readonly version: SkillVersion; readonly requestedAt: number };

/** What a run's listing named in an older version than the cache holds. */
export type HeldBack = {
  /** Some of the ids, for the log. */
  readonly shown: readonly string[];
  /** Notes a version; one that a tombstone keeps out is kept for {@link HeldBack.take}, as far as there is room. */
  note(version: SkillVersion, requestedAt: number, isRemoved: boolean): void;
  /** Gives back a version that was kept, once. */
  take(skillId: string): KeptOut | undefined;
};

/** Begins with nothing held back. */
export function createHeldBack(): HeldBack {
  const shown: string[] = [];
  const kept = new Map<string, KeptOut>();
  let characters = 0;
  return {
    shown,
    note(version, requestedAt, isRemoved) {
      const id = version.skill.skill_id;
      if (shown.length < MAX_SHOWN) shown.push(id);
      if (!isRemoved || characters >= MAX_KEPT_CHARACTERS) return;
      characters += JSON.stringify(version.skill).length;
      kept.set(id, { version, requestedAt });
    },
    take(skillId) {
      const found = kept.get(skillId);
      kept.delete(skillId);
      return found;
    },
  };
}
