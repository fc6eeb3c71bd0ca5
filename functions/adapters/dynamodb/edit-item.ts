import type { CachedSkill } from '#core/cached-skill.ts';
import type { Edit } from '#core/ports.ts';
import type { Skill } from '#core/skill.ts';
import { catalogueEntry } from './catalogue-entry.ts';
import { MAX_TEXT_BYTES_EDITED, NEVER, packSkill, servedUntil } from './skill-item.ts';
import type { Row } from './table.ts';

/**
 * What a local edit writes into a skill's item. The marketplace's side stays as it is; its version of now
 * becomes the base, unless there is a base already. Lists find the skill by what the edit made of it.
 *
 * @throws TooLargeError
 */
export function editChanges(row: Row, entry: CachedSkill, local: Skill, { by, now }: Edit) {
  return {
    ...catalogueEntry(local),
    local: packSkill(local, MAX_TEXT_BYTES_EDITED),
    base: packSkill(entry.base ?? entry.remote.skill, MAX_TEXT_BYTES_EDITED),
    remote: packSkill(entry.remote.skill, MAX_TEXT_BYTES_EDITED),
    edited: servedUntil(row),
    expiresAt: NEVER,
    editRevision: revisionOf(row) + 1,
    editedAt: now,
    editedBy: by,
  };
}

/** How often the skill has been edited here; 0 for one that has not. */
export function revisionOf({ editRevision }: Row): number {
  return typeof editRevision === 'number' ? editRevision : 0;
}
