import {
  type ConflictMemory,
  finishMemorySettled,
  writeMemoryItem,
} from '#adapters/dynamodb/conflicts/memory-settled-conflict.ts';
import { reviseSkill } from '#core/skills/receive-skill.ts';
import type { SkillEditor } from '#core/skills/skill-editor.ts';
import { changesOf, readEdit } from './edit-item.ts';
import { withEdit } from './skill-editor.ts';
import { readSkill } from './skill-item.ts';

/** The in-memory fake of `createSkillEditor`. Nothing comes between its read and its write. */
export function createMemorySkillEditor(memory: ConflictMemory): SkillEditor {
  return {
    async edit(skillId, change, edit) {
      const pending = memory.skills.get(skillId);
      if (pending?.settled !== undefined) finishMemorySettled(memory, pending);
      const item = memory.skills.get(skillId);
      if (item === undefined || item.deletedAt !== undefined) return undefined;
      const entry = readSkill(item);
      if (typeof entry !== 'object' || entry.expiresAt.getTime() <= edit.now) return undefined;
      const remote = entry.remote.skill;
      const stored = readEdit(item);
      const decision = reviseSkill(stored, remote, change(entry), edit.now);
      const after = withEdit(entry, decision.edit);
      if (stored === undefined && decision.edit === undefined) return after;
      const changes = changesOf(item, stored, remote, decision, { kind: 'edit', ...edit });
      writeMemoryItem(memory, item, changes, decision.closed);
      return after;
    },
  };
}
