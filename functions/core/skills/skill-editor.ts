import type { CachedSkill } from './cached-skill.ts';
import type { Skill } from './skill.ts';

/** Who changed a skill here, and when (ms since 1970). */
export type Edit = { readonly by: string; readonly now: number };

/** Local edits: kept apart from what the marketplace last said. */
export type SkillEditor = {
  /**
   * Puts the edited skill beside the marketplace's version, which becomes its base unless there is one already.
   * An entry with an edit is never deleted by its expiry, only no longer served. An edit that says nothing else
   * than the marketplace is none, and ends one that is there (`reviseSkill` in `receive-skill.ts`).
   * @returns the entry after it; undefined when there is no live entry
   * @throws EditConflictError when the entry kept changing under it
   * @throws TooLargeError
   */
  edit(skillId: string, change: (entry: CachedSkill) => Skill, edit: Edit): Promise<CachedSkill | undefined>;
};
