import type { SkillEditor } from '#core/ports.ts';
import { editChanges } from './edit-item.ts';
import type { MemoryTable } from './memory-table.ts';
import { readSkill, refuseTooLarge } from './skill-item.ts';

/** The in-memory fake of `createSkillEditor`. Nothing comes between its read and its write. */
export function createMemorySkillEditor({ skills }: Pick<MemoryTable, 'skills'>): SkillEditor {
  return {
    async edit(skillId, change, edit) {
      const item = skills.get(skillId);
      if (item === undefined || item.deletedAt !== undefined) return undefined;
      const entry = readSkill(item);
      if (typeof entry !== 'object' || entry.expiresAt.getTime() <= edit.now) return undefined;
      const local = change(entry);
      const changes = editChanges(item, entry, local, edit);
      refuseTooLarge(skillId, [changes.remote, changes.local, changes.base]);
      skills.set(skillId, { ...item, ...changes });
      return { ...entry, local, base: entry.base ?? entry.remote.skill };
    },
  };
}
