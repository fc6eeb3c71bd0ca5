import {
  BY_RULE,
  type ClosedConflict,
  type ConflictEnd,
  type ConflictStrategy,
  classify,
  compareSides,
  type Decider,
  type OpenConflict,
  type Sides,
  Standoff,
} from '#core/conflicts/conflict.ts';
import { applyStrategy, type KeptEdit } from '#core/conflicts/resolve-conflict.ts';
import { TooLargeError } from '#core/errors.ts';
import type { ConflictEffect } from './cached-skill.ts';
import { type Skill, whyTooLarge } from './skill.ts';

/**
 * The one door. Whatever happens to a skill (a poll or the feed brings another version, somebody edits it, an
 * admin decides), these functions say what becomes of its sides and of its conflict; stores only write down
 * what they say. They know no time and no chance but what they are given.
 */

/** An edited skill as it is stored, without the marketplace's side. */
export type StoredEdit = KeptEdit & { readonly conflict: OpenConflict | undefined };

/** What becomes of an edited skill. */
export type Decision = {
  /** Undefined: the edit is dropped, and the marketplace's version is what there is. */
  readonly edit: KeptEdit | undefined;
  /** The conflict that waits for an admin from now on. */
  readonly open: OpenConflict | undefined;
  /** A conflict that this ended, for the record. */
  readonly closed: ClosedConflict | undefined;
};

/** Who decides when, and the id of a conflict that may have to be opened. */
export type Occasion = { readonly now: number; readonly newId: string };

/**
 * What a version of the marketplace does to what is stored. Nothing but the order of versions stands before
 * it: the version is known to be newer than the stored one, or the same.
 *
 * A conflict that waits stays with the admin, whatever the strategy is by now: it was put before a person.
 * A newer version only moves its sides.
 *
 * @param stored undefined for a skill that nobody has edited here: then the version is taken
 * @throws TooLargeError where a merge makes a skill that is too large to be answered
 */
export function receiveSkill(
  stored: StoredEdit | undefined,
  remote: Skill,
  strategy: ConflictStrategy,
  { now, newId }: Occasion,
): Decision {
  if (stored === undefined) return NOTHING_EDITED;
  const { base, local, conflict } = stored;
  const sides = { base, local, remote };
  const standoff = compareSides(sides);
  if (standoff !== Standoff.conflict) return settleByItself(standoff, sides, conflict, now);
  const open = { ...(conflict ?? { id: newId, detectedAt: now }), ...classify(sides) };
  if (conflict !== undefined || strategy === 'manual') {
    return { edit: { base, local }, open, closed: undefined };
  }
  return end(sides, open, strategy, decided(strategy, sides), { by: BY_RULE, now });
}

/**
 * What an edit does: another local side beside the same remote one.
 *
 * @param stored undefined for a skill that was not edited: then the marketplace's version is the edit's base
 * @throws TooLargeError where the edited skill is too large to be answered
 */
export function reviseSkill(
  stored: StoredEdit | undefined,
  remote: Skill,
  local: Skill,
  now: number,
): Decision {
  const conflict = stored?.conflict;
  const base = stored === undefined ? remote : stored.base;
  const sides = { base, local, remote };
  refuseTooLarge(local);
  const standoff = compareSides(sides);
  if (standoff !== Standoff.conflict) return settleByItself(standoff, sides, conflict, now);
  return { edit: { base, local }, open: conflict && { ...conflict, ...classify(sides) }, closed: undefined };
}

/** What an admin's word does to a conflict that waits. @throws TooLargeError as {@link receiveSkill} does */
export function decideConflict(
  { base, local, conflict }: StoredEdit & { readonly conflict: OpenConflict },
  remote: Skill,
  strategy: Decider,
  { by, now }: { readonly by: string; readonly now: number },
): Decision {
  const sides = { base, local, remote };
  return end(sides, conflict, strategy, decided(strategy, sides), { by, now });
}

/** What a strategy makes of the sides; a skill that it makes anew has to fit into an answer. */
function decided(strategy: Decider, sides: Sides): KeptEdit | undefined {
  const edit = applyStrategy(strategy, sides);
  if (edit !== undefined && edit.local !== sides.local) refuseTooLarge(edit.local);
  return edit;
}

function refuseTooLarge(skill: Skill): void {
  const why = whyTooLarge(skill);
  if (why) throw new TooLargeError(`Skill ${skill.skill_id}, as it was edited here, ${why}.`);
}

/** What a decision means for the counts; undefined where no conflict began or ended. */
export function effectOf(
  stored: StoredEdit | undefined,
  { open, closed }: Decision,
): ConflictEffect | undefined {
  const detected = stored?.conflict === undefined && (open ?? closed) !== undefined;
  return detected || closed !== undefined ? { detected, end: closed?.strategy } : undefined;
}

const NOTHING_EDITED: Decision = { edit: undefined, open: undefined, closed: undefined };

/** Without a conflict, an edit stays while it says something that the marketplace does not. */
function settleByItself(
  standoff: Exclude<Standoff, 'conflict'>,
  sides: Sides,
  conflict: OpenConflict | undefined,
  now: number,
): Decision {
  const { base, local } = sides;
  const edit = standoff === Standoff.remoteUnmoved ? { base, local } : undefined;
  if (conflict === undefined) return { edit, open: undefined, closed: undefined };
  const strategy = standoff === Standoff.converged ? 'converged' : 'withdrawn';
  return end(sides, conflict, strategy, edit, { by: BY_RULE, now });
}

function end(
  sides: Sides,
  { id, type, severity, detectedAt }: OpenConflict,
  strategy: ConflictEnd,
  edit: KeptEdit | undefined,
  { by, now }: { readonly by: string; readonly now: number },
): Decision {
  const closed: ClosedConflict = {
    ...{ id, type, severity, detectedAt, ...sides },
    skillId: sides.remote.skill_id,
    strategy,
    resolvedBy: by,
    resolvedAt: now,
    result: edit?.local ?? sides.remote,
  };
  return { edit, open: undefined, closed };
}
