import { SkillContendedError } from '#core/errors.ts';
import type { SkillEntries } from '#core/skills/skill-entries.ts';
import { afterDecision, cachedSkill, type SkillEntry, type Transition } from '#core/skills/skill-entry.ts';
import { revisionOf } from './conflict.ts';
import {
  type Conflict,
  type ConflictStore,
  type Resolution,
  type ResolveOutcome,
  showClosed,
} from './conflict-store.ts';
import { decideOnResolution } from './decide-edit.ts';

/** An admin decides about a conflict of these entries. `find` gets it where it does not wait. */
export async function resolveConflict(
  { change, find }: Pick<SkillEntries, 'change'> & { readonly find: ConflictStore['get'] },
  resolution: Resolution,
): Promise<ResolveOutcome> {
  const { conflict: asked, now } = resolution;
  let otherwise: 'changed' | 'already_resolved' = 'already_resolved';
  try {
    const outcome = await change(asked.skillId, resolved(resolution));
    if (outcome) return outcome;
  } catch (error) {
    if (!(error instanceof SkillContendedError)) throw error;
    otherwise = 'changed';
  }
  const conflict = await find(asked, new Date(now));
  return conflict ? { outcome: otherwise, conflict } : { outcome: 'unknown' };
}

/**
 * The transition of that. The result: undefined where this conflict does not wait (it is over, or there never was one).
 * Renewals and ratings write the entry as well: only other sides than the first call met make it another conflict.
 */
export function resolved({
  conflict: asked,
  strategy,
  by,
  now,
  ...resolution
}: Resolution): Transition<ResolveOutcome | undefined> {
  let { revision } = resolution;
  return (entry) => {
    const found = waiting(entry);
    if (entry === undefined || found?.conflict.id !== asked.id) return { result: undefined };
    const { conflict, stored } = found;
    revision ??= revisionOf(conflict);
    if (revisionOf(conflict) !== revision) return { result: { outcome: 'changed', conflict } };
    const decision = decideOnResolution(stored, conflict.remote, strategy, { by, now });
    return {
      entry: { ...entry, ...afterDecision(entry.edit, decision, { now }) },
      result: { outcome: 'resolved', conflict: showClosed(decision.closed) },
    };
  };
}

/** The conflict that waits in an entry. */
export function waitingConflict(entry: SkillEntry | undefined): Conflict | undefined {
  return waiting(entry)?.conflict;
}

/** The conflict of this id in an entry: one that waits, or one whose record is still to be written. */
export function conflictInEntry(entry: SkillEntry | undefined, id: string): Conflict | undefined {
  if (entry?.outbox) return entry.outbox.id === id ? showClosed(entry.outbox) : undefined;
  const conflict = waitingConflict(entry);
  return conflict?.id === id ? conflict : undefined;
}

/** Where a write began a conflict that waits: that conflict. */
export function begunConflict(before: SkillEntry | undefined, after: SkillEntry) {
  return before?.edit?.conflict === undefined ? after.edit?.conflict : undefined;
}

function waiting(entry: SkillEntry | undefined) {
  const live = cachedSkill(entry);
  const open = entry?.edit?.conflict;
  if (live?.local === undefined || open === undefined) return undefined;
  const { local, base, remote } = live;
  const sides = { base, local, remote: remote.skill };
  const conflict: Conflict = { ...open, ...sides, skillId: remote.skill.skill_id, resolution: undefined };
  return { conflict, stored: { base, local, conflict: open } };
}
