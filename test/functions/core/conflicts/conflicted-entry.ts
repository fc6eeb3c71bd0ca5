import type { ClosedConflict, OpenConflict } from '#core/conflicts/conflict.ts';
import type { Conflict, Resolution } from '#core/conflicts/conflict-store.ts';
import { resolved } from '#core/conflicts/resolve-conflict.ts';
import type { Skill } from '#core/skills/skill.ts';
import type { SkillEdit, SkillEntry } from '#core/skills/skill-entry.ts';
import { incomingVersion } from '#core/skills/version-order.ts';
import { HOUR, seen, T0, version } from '#test/contracts/versions.ts';

/** The conflict of {@link conflictedEntry}. */
export const OPEN_CONFLICT: OpenConflict = {
  id: '01KJPWD6M00000000000000000',
  type: 'OTHER',
  severity: 'LOW',
  detectedAt: T0,
};

/** The entry of a skill whose edit has met a change of the marketplace. */
export function conflictedEntry(
  skillId: string,
  open: OpenConflict = OPEN_CONFLICT,
): SkillEntry & { readonly remote: Skill; readonly edit: SkillEdit } {
  const base = version(skillId, 0, { description: 'base' }).skill;
  const remote = version(skillId, 1, { description: 'remote' });
  const { updatedAt, hash } = remote;
  const { rank } = incomingVersion(remote, seen(1));
  const local = { ...base, description: 'local' };
  const edit = { local, base, conflict: open, revision: 3, editedAt: T0, editedBy: 'agent' };
  return { updatedAt, hash, rank, expiresAt: T0 + HOUR, fence: 1, remote: remote.skill, edit };
}

/** The conflict that waits in such an entry, as it is shown. */
export function conflictOf(skillId: string, open: OpenConflict = OPEN_CONFLICT): Conflict {
  const { remote, edit } = conflictedEntry(skillId, open);
  if (edit.local === undefined) throw new Error('It has a local side.');
  return { ...open, skillId, base: edit.base, local: edit.local, remote, resolution: undefined };
}

/** An admin's word on that conflict: the marketplace's version wins. */
export function resolutionOf(skillId: string): Resolution {
  const conflict = { id: OPEN_CONFLICT.id, skillId };
  return { conflict, strategy: 'remote_wins', by: 'admin', revision: undefined, now: T0 + 5_000 };
}

/** The conflict of such an entry once it is over: by its resolution, or as it is told. */
export function closedConflict(skillId: string, over: Partial<ClosedConflict> = {}): ClosedConflict {
  const closed = resolved(resolutionOf(skillId))(conflictedEntry(skillId)).entry?.outbox;
  if (closed === undefined) throw new Error('It is not resolved.');
  return { ...closed, ...over };
}
