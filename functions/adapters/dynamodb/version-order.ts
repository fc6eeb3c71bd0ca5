import type { Observation, PutOutcome } from '#core/cached-skill.ts';
import type { Instant } from '#core/instant.ts';
import { toEpochSeconds } from './epoch-seconds.ts';
import { type Expression, namesOf } from './expression.ts';

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
export type Arrival = { readonly rank: string; readonly observation: Observation };

// Below every character of an instant and of its fraction, so that a shorter instant sorts first.
const SEPARATOR = '!';
const OBSERVED_DIGITS = 15;

/** The rank of a version. */
export function rankOf(
  { updatedAt, hash }: { readonly updatedAt: Instant; readonly hash: string },
  observedAt: number,
): string {
  const observed = String(Math.max(0, Math.floor(observedAt))).padStart(OBSERVED_DIGITS, '0');
  return [updatedAt, observed, hash].join(SEPARATOR);
}

/** The rank of a tombstone: below every version of the same time, above every one that was observed before. */
export function tombstoneRank(updatedAt: Instant, observedAt: number): string {
  return rankOf({ updatedAt, hash: '' }, observedAt);
}

/** When a version of this rank was observed, ms since 1970; undefined for what is no rank. */
export function observedAtOf(rank: unknown): number | undefined {
  const observed = typeof rank === 'string' ? rank.split(SEPARATOR)[1] : undefined;
  return observed !== undefined && /^\d{15}$/.test(observed) ? Number(observed) : undefined;
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
export function settle(stored: Standing | undefined, { rank, observation }: Arrival): PutOutcome {
  if (stored === undefined) return 'written';
  if (isFenced(stored, observation.fence)) return 'fenced';
  const hasExpired = stored.expiresAt !== undefined && stored.expiresAt <= toEpochSeconds(observation.now);
  return hasExpired || (stored.rank !== undefined && stored.rank <= rank) ? 'written' : 'superseded';
}

/** Whether a later holder of the lease has written the item. */
export function isFenced(stored: Standing, fence: number | undefined): boolean {
  return fence !== undefined && (stored.fence ?? NO_FENCE) > fence;
}
