import { isoFromMs } from '#core/instant.ts';
import { NEVER, type Rating, type RatingStatus } from '#core/rating.ts';
import type { WaitingStatus } from '#core/rating-ports.ts';
import { invalid, type Position } from './cursor.ts';
import { isSortKeyOfRating, workOf } from './rating-item.ts';
import { isSkillId, skillIdOf } from './skill-item.ts';
import type { Key, Row } from './table.ts';

/** The name of the list of what waits. */
export const WAITING_LIST = 'ratings-waiting';

/** Where a list of what waits goes on: in which state, after which entry of the index (none: at its beginning). */
export type WaitingPosition = {
  readonly status: WaitingStatus;
  readonly after: (Key & { readonly dueAt: string }) | undefined;
};

/** What a list of what waits is narrowed down to, as its cursors are sealed with it. */
export function waitingFilter(statuses: readonly WaitingStatus[], dueBefore: number = NEVER) {
  return { statuses, dueBefore: isoFromMs(dueBefore) };
}

/** Reads a position. @throws InvalidCursorError */
export function readWaitingPosition(
  statuses: readonly WaitingStatus[],
  position: Position | undefined,
): WaitingPosition {
  const [name = statuses[0], dueAt, pk, sk] = position ?? [];
  const status = statuses.find((one) => one === name);
  if (status === undefined || (position !== undefined && ![1, 4].includes(position.length))) throw invalid();
  if (dueAt === undefined || pk === undefined || sk === undefined) return { status, after: undefined };
  // What no rating can be called is no position, and the table would refuse it as a key.
  if (dueAt.length !== 24 || !isSortKeyOfRating(sk) || !isSkillId(skillIdOf(pk) ?? '')) throw invalid();
  return { status, after: { dueAt, pk, sk } };
}

/** The position right after an entry of the index. */
export function positionAfter(status: WaitingStatus, row: Row): Position {
  return [status, String(row.dueAt), String(row.pk), String(row.sk)];
}

/** The position at the beginning of the state that comes next; undefined after the last. */
export function nextStatus(statuses: readonly WaitingStatus[], status: WaitingStatus): Position | undefined {
  const next = statuses[statuses.indexOf(status) + 1];
  return next && [next];
}

/** Whether a rating waits as the entry of the index said: the index is a moment behind. */
export function isWaiting(rating: Rating | undefined, status: RatingStatus, row: Row): rating is Rating {
  return rating?.status === status && rating.dueAt !== undefined && isoFromMs(rating.dueAt) === row.dueAt;
}

/** The key condition of the index partition of a state. */
export function waitsIn(status: WaitingStatus, dueBefore: string) {
  return {
    KeyConditionExpression: '#work = :work AND #dueAt <= :dueAt',
    ExpressionAttributeNames: { '#work': 'work', '#dueAt': 'dueAt' },
    ExpressionAttributeValues: { ':work': workOf(status), ':dueAt': dueBefore },
  };
}
