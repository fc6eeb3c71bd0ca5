import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { allOf, type Expression, namesOf } from '#adapters/dynamodb/table/expression.ts';
import type { Observation, PutOutcome, PutResult } from '#core/skills/cached-skill.ts';
import { dated, isUndated, liesAhead, orderTime } from '#core/skills/version-time.ts';
import type { Instant } from '#core/time/instant.ts';

/**
 * The order of versions (see `#core/cached-skill.ts`) as a DynamoDB condition, and as a function for the
 * fakes and for finding out why a condition failed.
 *
 * Every version has a **rank**: `updatedAt`, when it was observed, and its hash, written so that the order of
 * the text is the order of versions. A version is written when nothing is stored, when what is stored has
 * expired (expired is absent), or when its rank is not above ours; and, for a writer with a fence, only while
 * the stored fence is not above that. What follows from it:
 *
 * - A **renewal** has the same `updatedAt` and hash and was observed later, so it ranks above what it renews.
 *   One that is overtaken by a later renewal ranks below it: an expiry never moves back.
 * - `<=`, not `<`: the SDK's retry of a put whose answer was lost has the same outcome as the first try.
 * - A **tombstone** ranks by the `updatedAt` of what it removed, the time of the listing that missed it, and
 *   no hash. A page asked for before can't undo it, one asked for later can. In the same millisecond the live
 *   version ranks above it, whichever is written first: a lost skill is worse than one that goes a sync later.
 * - A writer **without a fence** (the feed) is held by the rank alone and leaves the stored fence as it is.
 *   That is sound because the rank does not depend on who writes; the fence only keeps a run that has lost
 *   its lease from going on.
 * - An **expired** entry gives way to any version, but its fence still counts: a zombie stays out.
 * - A **stamp ahead of every clock** ranks by its observation instead (`version-time.ts`), and a stored rank further
 *   ahead than anything that we write gives way as if it had expired.
 * - A rank never falls. What wins although its own rank is lower (the marketplace's word, see `Overrule`, and the
 *   renewal of what was taken so) takes the place of what it replaces, observed later.
 *
 * The last two are decided on the item as it was read, after the cheap condition failed; the write then holds only for
 * exactly that item.
 *
 * One text comparison rather than the nested conditions that it stands for. Those are slow to evaluate on
 * the embedded engine (its parser takes exponential time in nested parentheses: 40 ms for one put), and they
 * are easier to get wrong. The conditions here have no parentheses for the same reason.
 */

/** What of a stored item decides. */
export type Standing = {
  readonly rank?: string;
  readonly updatedAt?: Instant;
  readonly hash?: string;
  /** Seconds since 1970. */
  readonly expiresAt?: number;
  readonly fence?: number;
  readonly deletedAt?: number;
};

/** What of an incoming version decides. */
export type Arrival = {
  readonly rank: string;
  readonly version: Stamped;
  readonly observation: Observation;
};

/** A version's own time and its hash; a tombstone's is empty. */
type Stamped = { readonly updatedAt: Instant; readonly hash: string };

/** Where a version stands. `updatedAt` is the time that counts, which is not always the record's own. */
export type Place = { readonly updatedAt: Instant; readonly rank: string };

// Below every character of an instant and of its fraction, so that a shorter instant sorts first.
const SEPARATOR = '!';
const OBSERVED_DIGITS = 15;

/** The place of a version, whatever is stored. */
export function placeOf({ updatedAt, hash }: Stamped, observedAt: number): Place {
  const time = orderTime(updatedAt, observedAt);
  return { updatedAt: time, rank: joinRank({ updatedAt: time, hash }, observedAt) };
}

/** The rank of a version. */
export function rankOf(version: Stamped, observedAt: number): string {
  return placeOf(version, observedAt).rank;
}

/** The rank of a tombstone: below every version of the same time, above every one that was observed before. */
export function tombstoneRank(updatedAt: Instant, observedAt: number): string {
  return rankOf({ updatedAt, hash: '' }, observedAt);
}

/** The rank with these parts as they are. */
export function joinRank({ updatedAt, hash }: Stamped, observedAt: number): string {
  const observed = String(Math.max(0, Math.floor(observedAt))).padStart(OBSERVED_DIGITS, '0');
  return [updatedAt, observed, hash].join(SEPARATOR);
}

/** When a version of this rank was observed, ms since 1970; undefined for what is no rank. */
export function observedAtOf(rank: unknown): number | undefined {
  const observed = typeof rank === 'string' ? rank.split(SEPARATOR)[1] : undefined;
  return observed !== undefined && /^\d{15}$/.test(observed) ? Number(observed) : undefined;
}

/** A version on its way to the table. */
export function arrivalOf({ updatedAt, hash }: Stamped, observation: Observation): Arrival {
  const version = { updatedAt, hash };
  return { rank: rankOf(version, observation.observedAt), version, observation };
}

/** The place that a version takes which replaces what is stored: its own or, where that is lower, the place of that. */
export function placeOver(stored: Standing | undefined, arrival: Arrival): Place {
  const { version, observation } = arrival;
  const own = placeOf(version, observation.observedAt);
  if (stored?.rank === undefined || !isAbove(stored, arrival)) return own;
  const updatedAt = dated(timeOf(stored.rank));
  return { updatedAt, rank: joinRank({ updatedAt, hash: version.hash }, observation.observedAt) };
}

/** Whether a stored rank lies further ahead than anything that we write. */
export function ranksAhead(rank: string, now: Date): boolean {
  return liesAhead(timeOf(rank), now.getTime()) || liesAhead(observedAtOf(rank) ?? 0, now.getTime());
}

function timeOf(rank: string): Instant {
  return rank.split(SEPARATOR, 1)[0] ?? '';
}

/**
 * Holds when the version may be written over what was read: by the order of versions or, where that speaks against
 * it, only over exactly that.
 *
 * @param stored what was read and found to give way ({@link settle}); undefined before the first try
 */
export function conditionOver(
  stored: Standing | undefined,
  arrival: Arrival,
  shape?: Expression,
): Expression {
  if (stored?.rank === undefined || stored.rank <= arrival.rank) return orderCondition(arrival, shape);
  const beaten = { text: '#rank = :beaten_', names: namesOf(['rank']), values: { ':beaten_': stored.rank } };
  return allOf(beaten, ...(shape ? [shape] : []), ...fenceConditions(arrival.observation.fence));
}

/**
 * Holds when the version may be written over what is stored.
 *
 * @param shape what the stored item must be like besides (`attribute_not_exists(#edited)`)
 */
export function orderCondition({ rank, observation }: Arrival, shape?: Expression): Expression {
  const parts = [...(shape ? [shape] : []), ...fenceConditions(observation.fence)];
  const over = (condition: string) => [...parts.map(({ text }) => text), condition].join(' AND ');
  const alternatives = ['attribute_not_exists(#pk)', over('#rank <= :rank_'), over('#expiresAt <= :now_')];
  return {
    text: alternatives.join(' OR '),
    names: Object.assign(namesOf(['pk', 'rank', 'expiresAt']), ...parts.map(({ names }) => names)),
    values: Object.assign(
      { ':rank_': rank, ':now_': toEpochSeconds(observation.now) },
      ...parts.map(({ values }) => values),
    ),
  };
}

/**
 * Holds when no later holder of the lease has written the item; nothing for a writer without a fence. Every
 * item has a fence, 0 where none has ever written it, so that the comparison is never with nothing.
 */
export function fenceConditions(fence: number | undefined): Expression[] {
  if (fence === undefined) return [];
  return [{ text: '#fence <= :fence_', names: namesOf(['fence']), values: { ':fence_': fence } }];
}

/** The fence of an item that is written without one where nothing is stored. */
export const NO_FENCE = 0;

/** The change that keeps the stored fence, for a writer that has none. */
export const KEEP_FENCE = {
  compute: { fence: 'if_not_exists(#fence, :noFence)' },
  values: { ':noFence': NO_FENCE },
} as const;

/** The outcome that the conditions above give. `fenced` goes first: such a writer has to stop altogether. */
export function settle(stored: Standing | undefined, arrival: Arrival): PutOutcome {
  if (stored === undefined) return 'written';
  if (isFenced(stored, arrival.observation.fence)) return 'fenced';
  if (hasExpired(stored, arrival.observation)) return 'written';
  if (stored.rank === undefined) return 'superseded';
  return !isAbove(stored, arrival) || isSeenAgain(stored, arrival) || isOverruled(stored, arrival)
    ? 'written'
    : 'superseded';
}

/** What came of a put that was not written. */
export function unwritten(
  outcome: PutOutcome,
  stored: Standing | undefined,
  { version }: Arrival,
): PutResult {
  const isSame = stored?.deletedAt === undefined && stored?.hash === version.hash;
  return outcome === 'superseded' && isSame ? { outcome, isSame } : { outcome };
}

function hasExpired({ expiresAt }: Standing, { now }: Observation): boolean {
  return expiresAt !== undefined && expiresAt <= toEpochSeconds(now);
}

/** Whether the order of versions speaks against writing. */
function isAbove(stored: Standing, { rank, observation }: Arrival): boolean {
  if (stored.rank === undefined || stored.rank <= rank) return false;
  return !hasExpired(stored, observation) && !ranksAhead(stored.rank, observation.now);
}

/** The very version that is stored, which once was taken over a newer one: its own rank is too low to renew it. */
function isSeenAgain({ rank, hash, deletedAt }: Standing, { version, observation }: Arrival): boolean {
  if (deletedAt !== undefined || hash !== version.hash) return false;
  return (observedAtOf(rank) ?? 0) <= observation.observedAt;
}

function isOverruled({ rank = '', deletedAt }: Standing, { observation: { overrule } }: Arrival): boolean {
  if (overrule === undefined || (observedAtOf(rank) ?? 0) >= overrule.observedBefore) return false;
  if (overrule.what === 'anything') return true;
  return overrule.what === 'tombstone'
    ? deletedAt !== undefined
    : deletedAt === undefined && isUndated(timeOf(rank));
}

/** Whether a later holder of the lease has written the item. */
export function isFenced(stored: Standing, fence: number | undefined): boolean {
  return fence !== undefined && (stored.fence ?? NO_FENCE) > fence;
}
