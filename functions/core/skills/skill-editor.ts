import { EditConflictError, SkillContendedError } from '#core/errors.ts';
import type { CachedSkill } from './cached-skill.ts';
import type { Skill } from './skill.ts';
import type { SkillEntries } from './skill-entries.ts';
import { type Edit, edited } from './skill-entry.ts';

/** Local edits: kept apart from what the marketplace last said. */
export type SkillEditor = {
  /**
   * Puts the edited skill beside the marketplace's version, which becomes its base unless there is one already.
   * An entry with an edit is never deleted by its expiry, only no longer served. An edit that says nothing else
   * than the marketplace is none, and ends one that is there (`decideOnEdit`).
   * @returns the entry after it; undefined when there is no live entry
   * @throws EditConflictError when the entry kept changing under it
   * @throws TooLargeError
   */
  edit(skillId: string, change: (entry: CachedSkill) => Skill, edit: Edit): Promise<CachedSkill | undefined>;
};

/** The local edits of these entries. */
export function createSkillEditor(entries: Pick<SkillEntries, 'change'>): SkillEditor {
  return {
    async edit(skillId, change, edit) {
      try {
        return await entries.change(skillId, edited(change, edit));
      } catch (error) {
        if (!(error instanceof SkillContendedError)) throw error;
        const message = `Skill ${skillId} kept changing while it was edited. Read it and try again.`;
        throw new EditConflictError(message, { cause: error });
      }
    },
  };
}
