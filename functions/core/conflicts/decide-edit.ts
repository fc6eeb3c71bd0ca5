import { TooLargeError } from '#core/errors.ts';
import { type Skill, whyTooLarge } from '#core/skills/skill.ts';
import {
  BY_RULE,
  type ClosedConflict,
  type ConflictEnd,
  type ConflictSeverity,
  type ConflictStrategy,
  type ConflictType,
  classify,
  compareSides,
  type OpenConflict,
  type ResolutionStrategy,
  type Sides,
  ThreeWayState,
} from './conflict.ts';
import { applyStrategy, type KeptEdit } from './merge-sides.ts';

/**
 * What becomes of a local edit and of its conflict when another version of the skill arrives, when somebody edits it
 * again, and when an admin decides. The transitions of `#core/skills/skill-entry.ts` carry it out.
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

/** When it is decided (ms since 1970), and the id of a conflict that may have to be opened. */
export type DecisionContext = { readonly now: number; readonly newId: string };

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
export function decideOnVersion(
  stored: StoredEdit | undefined,
  remote: Skill,
  strategy: ConflictStrategy,
  { now, newId }: DecisionContext,
): Decision {
  if (stored === undefined) return NOTHING_EDITED;
  const { base, local, conflict } = stored;
  const sides = { base, local, remote };
  const state = compareSides(sides);
  if (state !== ThreeWayState.conflict) return withoutConflict(state, sides, conflict, now);
  const open = { ...(conflict ?? { id: newId, detectedAt: now }), ...classify(sides) };
  if (conflict !== undefined || strategy === 'manual') {
    return { edit: { base, local }, open, closed: undefined };
  }
  return closed(sides, open, { strategy, edit: applied(strategy, sides), by: BY_RULE, now });
}

/**
 * What an edit does: another local side beside the same remote one.
 *
 * @param stored undefined for a skill that was not edited: then the marketplace's version is the edit's base
 * @throws TooLargeError where the edited skill is too large to be answered
 */
export function decideOnEdit(
  stored: StoredEdit | undefined,
  remote: Skill,
  local: Skill,
  now: number,
): Decision {
  const conflict = stored?.conflict;
  const base = stored === undefined ? remote : stored.base;
  const sides = { base, local, remote };
  refuseTooLarge(local);
  const state = compareSides(sides);
  if (state !== ThreeWayState.conflict) return withoutConflict(state, sides, conflict, now);
  return { edit: { base, local }, open: conflict && { ...conflict, ...classify(sides) }, closed: undefined };
}

/** What an admin's word does to a conflict that waits. @throws TooLargeError as {@link decideOnVersion} does */
export function decideOnResolution(
  { base, local, conflict }: StoredEdit & { readonly conflict: OpenConflict },
  remote: Skill,
  strategy: ResolutionStrategy,
  { by, now }: { readonly by: string; readonly now: number },
): Decision & { readonly closed: ClosedConflict } {
  const sides = { base, local, remote };
  return closed(sides, conflict, { strategy, edit: applied(strategy, sides), by, now });
}

/** What a strategy makes of the sides; a skill that it makes anew has to fit into an answer. */
function applied(strategy: ResolutionStrategy, sides: Sides): KeptEdit | undefined {
  const edit = applyStrategy(strategy, sides);
  if (edit !== undefined && edit.local !== sides.local) refuseTooLarge(edit.local);
  return edit;
}

function refuseTooLarge(skill: Skill): void {
  const why = whyTooLarge(skill);
  if (why) throw new TooLargeError(`Skill ${skill.skill_id}, as it was edited here, ${why}.`);
}

/** What a version did to the conflict with a local edit, where it did anything that counts. */
export type ConflictEffect = {
  /** There was none before. */
  readonly detected: boolean;
  /** What it is about, as it is now. */
  readonly type: ConflictType;
  readonly severity: ConflictSeverity;
  /** How it ended; undefined while it waits for an admin. */
  readonly end: ConflictEnd | undefined;
};

/** What a decision means for the counts; undefined where no conflict began or ended. */
export function effectOf(
  stored: StoredEdit | undefined,
  { open, closed }: Decision,
): ConflictEffect | undefined {
  const conflict = open ?? closed;
  const detected = stored?.conflict === undefined;
  if (conflict === undefined || !(detected || closed !== undefined)) return undefined;
  const { type, severity } = conflict;
  return { detected, type, severity, end: closed?.strategy };
}

const NOTHING_EDITED: Decision = { edit: undefined, open: undefined, closed: undefined };

/** Without a conflict, an edit stays while it says something that the marketplace does not. */
function withoutConflict(
  state: Exclude<ThreeWayState, 'conflict'>,
  sides: Sides,
  conflict: OpenConflict | undefined,
  now: number,
): Decision {
  const { base, local } = sides;
  const edit = state === ThreeWayState.remoteUnmoved ? { base, local } : undefined;
  if (conflict === undefined) return { edit, open: undefined, closed: undefined };
  const strategy = state === ThreeWayState.converged ? 'converged' : 'withdrawn';
  return closed(sides, conflict, { strategy, edit, by: BY_RULE, now });
}

type End = {
  readonly strategy: ConflictEnd;
  readonly edit: KeptEdit | undefined;
  readonly by: string;
  readonly now: number;
};

function closed(
  sides: Sides,
  { id, type, severity, detectedAt }: OpenConflict,
  { strategy, edit, by, now }: End,
): Decision & { readonly closed: ClosedConflict } {
  const record: ClosedConflict = {
    ...{ id, type, severity, detectedAt, ...sides },
    skillId: sides.remote.skill_id,
    strategy,
    resolvedBy: by,
    resolvedAt: now,
    result: edit?.local ?? sides.remote,
  };
  return { edit, open: undefined, closed: record };
}
