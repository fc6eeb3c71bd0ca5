import { isSkillId, skillIdOf } from '#adapters/dynamodb/skills/skill-item.ts';
import { invalid, type Position } from '#adapters/dynamodb/table/cursor.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import { NEVER_MS, type Rating, type RatingStatus } from '#core/ratings/rating.ts';
import { LONGEST_DUE_MS } from '#core/ratings/rating-due.ts';
import type { WaitingStatus } from '#core/ratings/rating-ports.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { latestBelieved } from '#core/time/wrong-clock.ts';
import { isSortKeyOfRating, workOf } from './rating-item.ts';

/** The name of the list of what waits. */
export const WAITING_LIST = 'ratings-waiting';

/** A stretch of the index: what waits in a state and is due between two times, both included. */
export type WaitingPart = {
  /** Names it in positions. */
  readonly name: string;
  readonly status: WaitingStatus;
  readonly from: string;
  readonly to: string;
};

/** Where a list of what waits goes on: in which part, after which entry of the index (none: at its beginning). */
export type WaitingPosition = {
  readonly part: WaitingPart;
  readonly after: (Key & { readonly dueAt: string }) | undefined;
};

/** What a list of what waits is narrowed down to, as its cursors are sealed with it. */
export type WaitingFilter = { readonly statuses: readonly WaitingStatus[]; readonly dueBefore: string };

const BEGINNING = isoFromMs(0);
const END = isoFromMs(NEVER_MS);

export function waitingFilter(
  statuses: readonly WaitingStatus[],
  dueBefore: number = NEVER_MS,
): WaitingFilter {
  return { statuses, dueBefore: isoFromMs(dueBefore) };
}

/** Everything that waits in a state. */
export function allWaiting(status: WaitingStatus): WaitingPart {
  return { name: status, status, from: BEGINNING, to: END };
}

/**
 * The parts that a list is made of: of each state what is due, and what is due further ahead than anything is, but for
 * what is due never.
 */
export function waitingParts({ statuses, dueBefore }: WaitingFilter): readonly WaitingPart[] {
  if (dueBefore === END) return statuses.map(allWaiting);
  return statuses.flatMap((status) => {
    const believed = latestBelieved(Date.parse(dueBefore), LONGEST_DUE_MS[status]);
    return [
      { ...allWaiting(status), to: dueBefore },
      { name: `${status}+ahead`, status, from: isoFromMs(believed + 1), to: isoFromMs(NEVER_MS - 1) },
    ];
  });
}

/** Reads a position. @throws InvalidCursorError */
export function readWaitingPosition(
  parts: readonly WaitingPart[],
  position: Position | undefined,
): WaitingPosition {
  const [name = parts[0]?.name, dueAt, pk, sk] = position ?? [];
  const part = parts.find((one) => one.name === name);
  if (part === undefined || (position !== undefined && ![1, 4].includes(position.length))) throw invalid();
  if (dueAt === undefined || pk === undefined || sk === undefined) return { part, after: undefined };
  // What no rating can be called is no position, and the table would refuse it as a key.
  if (dueAt.length !== 24 || !isSortKeyOfRating(sk) || !isSkillId(skillIdOf(pk) ?? '')) throw invalid();
  return { part, after: { dueAt, pk, sk } };
}

/** The position right after an entry of the index. */
export function positionAfter({ name }: WaitingPart, row: Row): Position {
  return [name, String(row.dueAt), String(row.pk), String(row.sk)];
}

/** The position at the beginning of the part that comes next; undefined after the last. */
export function nextPart(parts: readonly WaitingPart[], part: WaitingPart): Position | undefined {
  const next = parts[parts.indexOf(part) + 1];
  return next && [next.name];
}

/** Whether a rating waits as the entry of the index said: the index is a moment behind. */
export function isWaiting(rating: Rating | undefined, status: RatingStatus, row: Row): rating is Rating {
  return rating?.status === status && rating.dueAt !== undefined && isoFromMs(rating.dueAt) === row.dueAt;
}

/** The key condition of a part. */
export function waitsIn({ status, from, to }: WaitingPart) {
  return {
    KeyConditionExpression: '#work = :work AND #dueAt BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#work': 'work', '#dueAt': 'dueAt' },
    ExpressionAttributeValues: { ':work': workOf(status), ':from': from, ':to': to },
  };
}
