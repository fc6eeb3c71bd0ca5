import { type IncomingVersion, NO_FENCE, type StoredVersion } from '#core/skills/version-order.ts';
import { fromEpochSeconds, toEpochSeconds } from './epoch-seconds.ts';
import { allOf, type Expression, namesOf } from './expression.ts';
import type { Row } from './table.ts';

/**
 * The order of versions (`#core/skills/version-order.ts`) as a DynamoDB condition.
 *
 * One text comparison rather than the nested conditions that it stands for. Those are slow to evaluate on
 * the embedded engine (its parser takes exponential time in nested parentheses: 40 ms for one put), and they
 * are easier to get wrong. The conditions here have no parentheses for the same reason.
 */

/**
 * Holds when the version may be written over what was read: by the order of versions or, where that speaks against
 * it, only over exactly that.
 *
 * @param stored what was read and found to give way (`compareVersions`); undefined before the first try
 */
export function conditionOver(stored: StoredVersion | undefined, incoming: IncomingVersion): Expression {
  if (stored?.rank === undefined || stored.rank <= incoming.rank) return orderCondition(incoming);
  const beaten = { text: '#rank = :beaten_', names: namesOf(['rank']), values: { ':beaten_': stored.rank } };
  return allOf(beaten, ...fenceConditions(incoming.observation.fence));
}

/**
 * Holds when the version may be written over what is stored.
 *
 * @param shape what the stored item must be like besides (`attribute_not_exists(#edited)`)
 */
export function orderCondition({ rank, observation }: IncomingVersion, shape?: Expression): Expression {
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
function fenceConditions(fence: number | undefined): Expression[] {
  if (fence === undefined) return [];
  return [{ text: '#fence <= :fence_', names: namesOf(['fence']), values: { ':fence_': fence } }];
}

/** The change that keeps the stored fence, for a writer that has none. */
export const KEEP_FENCE = {
  compute: { fence: 'if_not_exists(#fence, :noFence)' },
  values: { ':noFence': NO_FENCE },
} as const;

/**
 * What of an item decides about the next version.
 *
 * @param until until when it may be served, in epoch seconds. Default: its `expiresAt`
 */
export function storedVersion(row: Row, until: unknown = row.expiresAt): StoredVersion {
  return {
    rank: text(row.rank),
    updatedAt: text(row.updatedAt),
    hash: text(row.hash),
    expiresAt: typeof until === 'number' ? fromEpochSeconds(until) : undefined,
    fence: number(row.fence),
    deletedAt: number(row.deletedAt),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
