import { isSkillId, skillKey } from '#adapters/dynamodb/skills/skill-item.ts';
import { invalid, type Position } from '#adapters/dynamodb/table/cursor.ts';
import { type Chunk, fillPage, type Hit } from '#adapters/dynamodb/table/fill-page.ts';
import { itemName, type Key, type Row } from '#adapters/dynamodb/table/table.ts';
import { compareUtf8 } from '#adapters/dynamodb/table/utf8-order.ts';
import type { Rating, RatingKey } from '#core/ratings/rating.ts';
import type { RatingStore } from '#core/ratings/rating-ports.ts';
import { isRatingKey, isSortKeyOfRating, ratingItem, ratingKey, readRating, workOf } from './rating-item.ts';
import {
  allWaiting,
  isWaiting,
  positionAfter,
  readWaitingPosition,
  WAITING_LIST,
  type WaitingPart,
  waitingFilter,
  waitingParts,
} from './waiting-ratings.ts';

/** Ratings, their pulls, conflicts and tally: items by `pk` and `sk`, as one JSON text. */
export type MemoryRatings = { readonly ratings: Map<string, Row & Key> };

/** The in-memory fake of `createRatingStore`. Nothing comes between its read and its write. */
export function createMemoryRatingStore({ ratings }: MemoryRatings): RatingStore {
  const get = (key: RatingKey): Rating | undefined => {
    const row = isRatingKey(key) ? ratings.get(itemName(ratingKey(key))) : undefined;
    return row && readRating(row);
  };
  return {
    get: async (key) => get(key),
    async change(key, transition) {
      const current = get(key);
      const wanted = transition(current);
      if (wanted === undefined) return { rating: current, isChanged: false };
      const next = { ...wanted, version: (current?.version ?? 0) + 1 };
      ratings.set(itemName(ratingKey(key)), ratingItem(next));
      return { rating: next, isChanged: true };
    },
    ofSkill: (skillId, limit, cursor) => {
      const read = async (after: Position | undefined) => readSkill(ratings, skillId, after);
      return fillPage({ list: 'ratings-of-skill', filter: { skillId }, read }, limit, cursor, 1);
    },
    waiting: (statuses, { limit, cursor, dueBefore }) => {
      const filter = waitingFilter(statuses, dueBefore);
      const parts = waitingParts(filter);
      const read = async (after: Position | undefined) => readWaiting(ratings, parts, after);
      return fillPage({ list: WAITING_LIST, filter, read }, limit, cursor, 1);
    },
    count: async (status, runId) =>
      entries(ratings, allWaiting(status)).filter((row) => runId === undefined || row.runId === runId).length,
  };
}

function readSkill(
  ratings: MemoryRatings['ratings'],
  skillId: string,
  after: Position | undefined,
): Chunk<Rating> {
  if (after && (after.length !== 1 || !isSortKeyOfRating(after[0] ?? ''))) throw invalid();
  if (!isSkillId(skillId)) return { hits: [], next: undefined };
  const { pk } = skillKey(skillId);
  const hits = [...ratings.values()]
    .filter((row) => row.pk === pk && compareUtf8(row.sk, after?.[0] ?? '') > 0)
    .sort((a, b) => compareUtf8(a.sk, b.sk))
    .flatMap((row): Hit<Rating>[] => {
      const item = readRating(row);
      return item ? [{ item, position: [row.sk] }] : [];
    });
  return { hits, next: undefined };
}

function readWaiting(
  ratings: MemoryRatings['ratings'],
  parts: readonly WaitingPart[],
  position: Position | undefined,
): Chunk<Rating> {
  const start = readWaitingPosition(parts, position);
  const hits = parts.slice(parts.indexOf(start.part)).flatMap((part) =>
    entries(ratings, part)
      .filter((row) => part !== start.part || !start.after || compare(row, start.after) > 0)
      .flatMap((row): Hit<Rating>[] => {
        const item = readRating(row);
        return isWaiting(item, part.status, row) ? [{ item, position: positionAfter(part, row) }] : [];
      }),
  );
  return { hits, next: undefined };
}

/** The entries of a part of the index, in its order. Where DynamoDB leaves that open, by key. */
function entries(ratings: MemoryRatings['ratings'], { status, from, to }: WaitingPart): (Row & Key)[] {
  return [...ratings.values()]
    .filter((row) => row.work === workOf(status) && String(row.dueAt) >= from && String(row.dueAt) <= to)
    .sort(compare);
}

function compare(a: Row & Key, b: Row & Key): number {
  return compareUtf8(String(a.dueAt), String(b.dueAt)) || compareUtf8(a.pk, b.pk) || compareUtf8(a.sk, b.sk);
}
