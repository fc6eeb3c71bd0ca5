import { isoFromMs } from '#core/instant.ts';
import { NEVER, type Rating, type RatingKey } from '#core/rating.ts';
import type { RatingStore, WaitingStatus } from '#core/rating-ports.ts';
import { invalid, type Position } from './cursor.ts';
import { type Chunk, fillPage, type Hit } from './fill-page.ts';
import { compareUtf8, type MemoryTable } from './memory-table.ts';
import { isRatingKey, isSortKeyOfRating, ratingItem, ratingKey, readRating, workOf } from './rating-item.ts';
import { isSkillId, skillKey } from './skill-item.ts';
import type { Key, Row } from './table.ts';
import {
  isWaiting,
  positionAfter,
  readWaitingPosition,
  WAITING_LIST,
  waitingFilter,
} from './waiting-ratings.ts';

/** The in-memory fake of `createRatingStore`. Nothing comes between its read and its write. */
export function createMemoryRatingStore({ ratings }: Pick<MemoryTable, 'ratings'>): RatingStore {
  const get = (key: RatingKey): Rating | undefined => {
    const row = isRatingKey(key) ? ratings.get(nameOf(ratingKey(key))) : undefined;
    return row && readRating(row);
  };
  return {
    get: async (key) => get(key),
    async change(key, transition) {
      const current = get(key);
      const wanted = transition(current);
      if (wanted === undefined) return { rating: current, isChanged: false };
      const next = { ...wanted, version: (current?.version ?? 0) + 1 };
      ratings.set(nameOf(ratingKey(key)), ratingItem(next, ''));
      return { rating: next, isChanged: true };
    },
    ofSkill: (skillId, limit, cursor) => {
      const read = async (after: Position | undefined) => readSkill(ratings, skillId, after);
      return fillPage({ list: 'ratings-of-skill', filter: { skillId }, read }, limit, cursor, 1);
    },
    waiting: (statuses, { limit, cursor, dueBefore }) => {
      const filter = waitingFilter(statuses, dueBefore);
      const read = async (after: Position | undefined) => readWaiting(ratings, filter, after);
      return fillPage({ list: WAITING_LIST, filter, read }, limit, cursor, 1);
    },
    count: async (status, runId) =>
      entries(ratings, status, isoFromMs(NEVER)).filter((row) => runId === undefined || row.runId === runId)
        .length,
  };
}

/** The one name of an item in the map. */
export function nameOf({ pk, sk }: Key): string {
  return JSON.stringify([pk, sk]);
}

function readSkill(
  ratings: MemoryTable['ratings'],
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
  ratings: MemoryTable['ratings'],
  { statuses, dueBefore }: ReturnType<typeof waitingFilter>,
  position: Position | undefined,
): Chunk<Rating> {
  const start = readWaitingPosition(statuses, position);
  const hits = statuses.slice(statuses.indexOf(start.status)).flatMap((status) =>
    entries(ratings, status, dueBefore)
      .filter((row) => status !== start.status || !start.after || compare(row, start.after) > 0)
      .flatMap((row): Hit<Rating>[] => {
        const item = readRating(row);
        return isWaiting(item, status, row) ? [{ item, position: positionAfter(status, row) }] : [];
      }),
  );
  return { hits, next: undefined };
}

/** The entries of the index partition of a state, in its order. Where DynamoDB leaves that open, by key. */
function entries(ratings: MemoryTable['ratings'], status: WaitingStatus, dueBefore: string): (Row & Key)[] {
  return [...ratings.values()]
    .filter((row) => row.work === workOf(status) && String(row.dueAt) <= dueBefore)
    .sort(compare);
}

function compare(a: Row & Key, b: Row & Key): number {
  return compareUtf8(String(a.dueAt), String(b.dueAt)) || compareUtf8(a.pk, b.pk) || compareUtf8(a.sk, b.sk);
}
