import type { ClosedConflict, ConflictStrategy, OpenConflict } from '#core/conflicts/conflict.ts';
import {
  type ConflictEffect,
  type Decision,
  decideOnEdit,
  decideOnVersion,
  effectOf,
  type StoredEdit,
} from '#core/conflicts/decide-edit.ts';
import type { KeptEdit } from '#core/conflicts/merge-sides.ts';
import type { Instant } from '#core/time/instant.ts';
import type { CachedSkill, SkillDigest } from './cached-skill.ts';
import { type Skill, type SkillAggregates, type SkillVersion, withAggregates } from './skill.ts';
import {
  compareVersions,
  fenceAfter,
  type IncomingVersion,
  incomingVersion,
  isFenced,
  type Observation,
  observedAtOf,
  type PutOutcome,
  ranksAhead,
  replacingKey,
  type StoredVersion,
  tombstoneKey,
} from './version-order.ts';

/**
 * The state machine of a skill's entry: every transition as a function from the entry as it is stored to the entry as
 * it is to be stored. Nothing else changes an entry. The store (`SkillEntries`) carries each one out by comparing and
 * swapping, so that a transition decides on what really is there. It is never given an entry with a pending outbox:
 * that is written first.
 */

/** All that is stored of one skill: its version and what was made of it here, or the tombstone of a removed one. */
export type SkillEntry = StoredVersion & {
  /** What the marketplace last said; absent of a tombstone, and where it can't be read. */
  readonly remote?: Skill | undefined;
  readonly edit?: SkillEdit | undefined;
  /** A conflict that is over, and whose record is still to be written. */
  readonly outbox?: ClosedConflict | undefined;
};

/** A local edit beside the marketplace's version. */
export type SkillEdit = {
  /** Undefined where it can't be read. */
  readonly local: Skill | undefined;
  /** The marketplace's version that it started from. */
  readonly base: Skill | undefined;
  /** A conflict that waits for an admin. */
  readonly conflict: OpenConflict | undefined;
  /** Grows with each edit and resolution, so that two at once can't both start from the same. */
  readonly revision: number | undefined;
  /** When somebody last edited it, ms since 1970, and who. */
  readonly editedAt: number | undefined;
  readonly editedBy: string | undefined;
};

/** What a transition comes to: the entry from then on (absent: it stays as it is), and what to tell the caller. */
type Next<Result> = { readonly entry?: SkillEntry; readonly result: Result };

/** A change of one skill's entry; undefined stands for no entry. Pure: it may be called several times. */
export type Transition<Result> = (entry: SkillEntry | undefined) => Next<Result>;

/** Who edits a skill here, and when (ms since 1970). */
export type Edit = { readonly by: string; readonly now: number };

/** What came of a put. */
export type PutResult = {
  readonly outcome: PutOutcome;
  readonly conflict?: ConflictEffect;
  /** Superseded by a later observation of the same version: what is stored says the same. */
  readonly isSame?: boolean;
};

/** What is done about a conflict that a version begins, and the id that it gets. */
export type ConflictPlan = { readonly strategy: ConflictStrategy; readonly newId: string };

/** The entry of a version where nothing is stored. */
export function freshEntry(version: SkillVersion, observation: Observation): SkillEntry {
  return { ...placed(undefined, incomingVersion(version, observation)), remote: version.skill };
}

/**
 * A version of the marketplace arrives, from a listing or over the feed. It is taken unless what is stored is newer;
 * what it does to a local edit, `decideOnVersion` says.
 *
 * @throws TooLargeError where a merge makes a skill that is too large to be answered
 */
export function received(
  version: SkillVersion,
  observation: Observation,
  { strategy, newId }: ConflictPlan,
): Transition<PutResult> {
  const incoming = incomingVersion(version, observation);
  const now = observation.now.getTime();
  return (entry) => {
    const outcome = compareVersions(entry, incoming);
    if (outcome !== 'written') return { result: notWritten(outcome, entry, incoming) };
    const stored = storedEdit(entry);
    const decision = decideOnVersion(stored, version.skill, strategy, { now, newId });
    const conflict = effectOf(stored, decision);
    return {
      entry: {
        ...placed(entry, incoming),
        remote: version.skill,
        ...afterDecision(entry?.edit, decision, { now }),
      },
      result: { outcome, ...(conflict && { conflict }) },
    };
  };
}

/**
 * A complete listing no longer names the version that the digest describes. An edited skill stays, and so does what
 * was written or observed since. The result: whether it is removed.
 */
export function removed(
  { updatedAt, hash }: SkillDigest,
  { observedAt, expiresAt, fence, now }: Observation,
): Transition<boolean> {
  const key = tombstoneKey(updatedAt, observedAt);
  return (entry) => {
    if (entry === undefined || isFenced(entry, fence)) return { result: false };
    // This very removal, repeated.
    if (entry.deletedAt !== undefined) return { result: entry.rank === key.rank && entry.hash === hash };
    const { rank, edit } = entry;
    if (edit || rank === undefined || entry.updatedAt !== updatedAt || entry.hash !== hash) {
      return { result: false };
    }
    if (rank >= key.rank && !ranksAhead(rank, now)) return { result: false };
    const tombstone = { deletedAt: now.getTime(), expiresAt: expiresAt.getTime() };
    return { entry: { ...key, hash, ...tombstone, fence: fenceAfter(entry, fence) }, result: true };
  };
}

/**
 * The feed tells of a deletion. It has a time of its own and need not know what it removes: the tombstone stands at
 * that time in the order of versions, also where nothing is stored yet, and has no hash. An edited skill stays. The
 * result: false where what is stored is newer or edited.
 */
export function tombstoned(deletedAt: Instant, observation: Observation): Transition<boolean> {
  const incoming = incomingVersion({ updatedAt: deletedAt, hash: '' }, observation);
  return (entry) => {
    if (entry?.edit || compareVersions(entry, incoming) !== 'written') return { result: false };
    return { entry: { ...placed(entry, incoming), deletedAt: observation.now.getTime() }, result: true };
  };
}

/**
 * The feed tells of rating aggregates: they and their time change, all else of the entry stays, its expiry too, since
 * they say nothing about the rest of the skill. The result: false where the skill is absent (unknown, removed,
 * expired) or has newer aggregates already.
 */
export function aggregated(aggregates: SkillAggregates, observation: Observation): Transition<boolean> {
  return (entry) => {
    const live = cachedSkill(entry);
    if (live === undefined || live.expiresAt <= observation.now) return { result: false };
    const version = withAggregates(live.remote.skill, aggregates);
    const incoming = incomingVersion(version, observation);
    const isNew = version.hash !== entry?.hash && compareVersions(entry, incoming) === 'written';
    if (!isNew) return { result: false };
    const { hash, skill: remote } = version;
    return { entry: { ...entry, ...replacingKey(entry, incoming), hash, remote }, result: true };
  };
}

/**
 * Somebody edits the skill here. The result: the skill after it; undefined where there is no live one.
 *
 * @throws TooLargeError where the edited skill is too large to be answered
 */
export function edited(
  change: (skill: CachedSkill) => Skill,
  { by, now }: Edit,
): Transition<CachedSkill | undefined> {
  return (entry) => {
    const live = cachedSkill(entry);
    if (live === undefined || live.expiresAt.getTime() <= now) return { result: undefined };
    const stored = storedEdit(entry);
    const decision = decideOnEdit(stored, live.remote.skill, change(live), now);
    const result = withEdit(live, decision.edit);
    if (stored === undefined && decision.edit === undefined) return { result };
    return { entry: { ...entry, ...afterDecision(entry?.edit, decision, { now, by }) }, result };
  };
}

/** The live skill of an entry; undefined of a tombstone, and where it can't be read ({@link isUnreadable}). */
export function cachedSkill(entry: SkillEntry | undefined): CachedSkill | undefined {
  if (entry === undefined || entry.deletedAt !== undefined) return undefined;
  const { remote: skill, updatedAt, hash, expiresAt } = entry;
  const observedAt = observedAtOf(entry.rank);
  if (skill === undefined || updatedAt === undefined || hash === undefined) return undefined;
  if (observedAt === undefined || expiresAt === undefined) return undefined;
  const live = { remote: { skill, updatedAt, hash }, observedAt, expiresAt: new Date(expiresAt) };
  return withEdit(live, storedEdit(entry));
}

/** Whether an entry is neither a live skill nor a tombstone. */
export function isUnreadable(entry: SkillEntry): boolean {
  return entry.deletedAt === undefined && cachedSkill(entry) === undefined;
}

/** The edit of an entry; undefined where there is none that can be read. */
function storedEdit(entry: SkillEntry | undefined): StoredEdit | undefined {
  const { local, base, conflict } = entry?.edit ?? {};
  return local && { local, base, conflict };
}

/** What of an entry a decision about its edit changes. `by`: who edited it, where somebody did. */
export function afterDecision(
  before: SkillEdit | undefined,
  { edit, open, closed }: Decision,
  { now, by }: { readonly now: number; readonly by?: string },
): Pick<SkillEntry, 'edit' | 'outbox'> {
  if (edit === undefined) return { edit: undefined, outbox: closed };
  const isSame = before?.local === edit.local && before.base === edit.base;
  const author =
    by === undefined
      ? { editedAt: before?.editedAt, editedBy: before?.editedBy }
      : { editedAt: now, editedBy: by };
  const revision = isSame ? before.revision : nextRevision(before?.revision, now);
  return { edit: { ...edit, conflict: open, revision, ...author }, outbox: closed };
}

/**
 * Counts up, and starts at the time: the number of an edit that was dropped never comes back with a later one,
 * so that a slow writer who has read the former can't mistake the latter for it.
 */
function nextRevision(before: number | undefined, now: number): number {
  return Math.max(now, before === undefined ? 0 : before + 1);
}

function placed(entry: SkillEntry | undefined, incoming: IncomingVersion): SkillEntry {
  const { version, observation } = incoming;
  return {
    ...replacingKey(entry, incoming),
    hash: version.hash,
    expiresAt: observation.expiresAt.getTime(),
    fence: fenceAfter(entry, observation.fence),
  };
}

function notWritten(
  outcome: PutOutcome,
  stored: StoredVersion | undefined,
  { version }: IncomingVersion,
): PutResult {
  const isSame = stored?.deletedAt === undefined && stored?.hash === version.hash;
  return outcome === 'superseded' && isSame ? { outcome, isSame } : { outcome };
}

function withEdit(
  { local: _local, base: _base, ...live }: CachedSkill,
  edit: KeptEdit | undefined,
): CachedSkill {
  if (edit === undefined) return live;
  return { ...live, local: edit.local, ...(edit.base ? { base: edit.base } : {}) };
}
