import { sleep } from '#adapters/clock/sleep.ts';
import { isSkillId, skillKey } from '#adapters/dynamodb/skills/skill-item.ts';
import { batchGet, type Timing } from '#adapters/dynamodb/table/batch-get.ts';
import { invalid, type Position } from '#adapters/dynamodb/table/cursor.ts';
import { IS_NEW, isStill, namesOf } from '#adapters/dynamodb/table/expression.ts';
import { type Chunk, fillPage, type ListSource } from '#adapters/dynamodb/table/fill-page.ts';
import { getItem, type Swap, swapItem } from '#adapters/dynamodb/table/item.ts';
import { countRows, queryPage } from '#adapters/dynamodb/table/query.ts';
import { itemName, type Row, reportUnreadable, type Table } from '#adapters/dynamodb/table/table.ts';
import { WORK_INDEX } from '#adapters/dynamodb/table/table-schema.ts';
import { RatingContendedError } from '#core/errors.ts';
import type { Rating, RatingKey } from '#core/ratings/rating.ts';
import type { RatingChange, RatingStore, WaitingStatus } from '#core/ratings/rating-ports.ts';
import {
  isRatingKey,
  isSortKeyOfRating,
  RATING_PREFIX,
  ratingItem,
  ratingKey,
  readRating,
} from './rating-item.ts';
import {
  allWaiting,
  isWaiting,
  nextPart,
  positionAfter,
  readWaitingPosition,
  WAITING_LIST,
  type WaitingPart,
  waitingFilter,
  waitingParts,
  waitsIn,
} from './waiting-ratings.ts';

/** So often a change is tried on what is stored then. One user's rating is written by a handful at the same time. */
const MAX_TRIES = 10;
const MAX_READS = 20;

/**
 * The ratings in DynamoDB. A change is a PutItem on condition that the item's version is the one that was read; a
 * write whose answer was lost is recognised by its id when the SDK's repetition is refused.
 *
 * @param timing for the waits of throttled reads; real time where it is absent
 */
export function createRatingStore(
  table: Table,
  timing: Timing = { sleep, random: Math.random },
): RatingStore {
  return {
    get: async (key) => readItem(table, await getRow(table, key)),
    change: (key, transition, known) => change(table, key, transition, known),
    ofSkill: (skillId, limit, cursor) => fillPage(skillSource(table, skillId), limit, cursor, MAX_READS),
    waiting: (statuses, { limit, cursor, dueBefore }) =>
      fillPage(waitingSource({ table, timing }, statuses, dueBefore), limit, cursor, MAX_READS),
    count: (status, runId) => count(table, status, runId),
  };
}

type Transition = (current: Rating | undefined) => Rating | undefined;

async function change(
  table: Table,
  key: RatingKey,
  transition: Transition,
  known: Rating | undefined,
): Promise<RatingChange> {
  let current = known ?? readItem(table, await getRow(table, key));
  let isFresh = known === undefined;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const wanted = transition(current);
    // What is known may be old: that nothing is to be done is only certain of what was read here.
    if (wanted === undefined && isFresh) return { rating: current, isChanged: false };
    const next = wanted && { ...wanted, version: (current?.version ?? 0) + 1 };
    const { isWritten, stored } = next
      ? await swap(table, next, current)
      : { isWritten: false, stored: await getRow(table, key) };
    if (isWritten) return { rating: next, isChanged: true };
    current = readItem(table, stored);
    isFresh = true;
  }
  throw new RatingContendedError(`The rating of skill ${key.skillId} kept changing. Try again.`);
}

function swap(table: Table, next: Rating, before: Rating | undefined): Promise<Swap> {
  const condition = before === undefined ? IS_NEW : isStill('version', before.version);
  return swapItem(table, ratingItem(next), condition);
}

async function getRow(table: Table, key: RatingKey): Promise<Row | undefined> {
  return isRatingKey(key) ? getItem(table, ratingKey(key)) : undefined;
}

/** An item that can't be read counts as none: it is never overwritten, since its version is not known. */
function readItem(table: Table, row: Row | undefined): Rating | undefined {
  const rating = row && readRating(row);
  if (row && !rating) reportUnreadable(table.log, row, 'no rating');
  return rating;
}

function skillSource(table: Table, skillId: string): ListSource<Rating> {
  return {
    list: 'ratings-of-skill',
    filter: { skillId },
    read: (after, want) => (isSkillId(skillId) ? readSkillChunk(table, skillId, after, want) : nothing()),
  };
}

async function nothing(): Promise<Chunk<Rating>> {
  return { hits: [], next: undefined };
}

async function readSkillChunk(
  table: Table,
  skillId: string,
  after: Position | undefined,
  want: number,
): Promise<Chunk<Rating>> {
  const { pk } = skillKey(skillId);
  if (after && (after.length !== 1 || !isSortKeyOfRating(after[0] ?? ''))) throw invalid();
  const { rows, next } = await queryPage(table, {
    KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
    ExpressionAttributeNames: namesOf(['pk', 'sk']),
    ExpressionAttributeValues: { ':pk': pk, ':prefix': RATING_PREFIX },
    ...(after ? { ExclusiveStartKey: { pk, sk: after[0] } } : {}),
    Limit: want,
    ConsistentRead: true,
  });
  const hits = rows.flatMap((row) => {
    const item = readItem(table, row);
    return item ? [{ item, position: [String(row.sk)] }] : [];
  });
  return { hits, next: next && [String(next.sk)] };
}

type Reading = { readonly table: Table; readonly timing: Timing };

function waitingSource(
  reading: Reading,
  statuses: readonly WaitingStatus[],
  dueBefore: number | undefined,
): ListSource<Rating> {
  const filter = waitingFilter(statuses, dueBefore);
  const parts = waitingParts(filter);
  return {
    list: WAITING_LIST,
    filter,
    read: (after, want) => readWaitingChunk(reading, parts, after, want),
  };
}

async function readWaitingChunk(
  { table, timing }: Reading,
  parts: readonly WaitingPart[],
  position: Position | undefined,
  want: number,
): Promise<Chunk<Rating>> {
  const { part, after } = readWaitingPosition(parts, position);
  const query = waitsIn(part);
  const work = query.ExpressionAttributeValues[':work'];
  const { rows, next } = await queryPage(table, {
    IndexName: WORK_INDEX,
    ...query,
    ...(after ? { ExclusiveStartKey: { ...after, work } } : {}),
    Limit: want,
  });
  const keys = rows.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) }));
  const items = new Map((await batchGet(table, keys, timing)).map((row) => [itemName(row), row]));
  const hits = rows.flatMap((row) => {
    const item = readItem(table, items.get(itemName(row)));
    return isWaiting(item, part.status, row) ? [{ item, position: positionAfter(part, row) }] : [];
  });
  return { hits, next: next ? positionAfter(part, next) : nextPart(parts, part) };
}

function count(table: Table, status: WaitingStatus, runId: string | undefined): Promise<number> {
  const query = waitsIn(allWaiting(status));
  if (runId === undefined) return countRows(table, { IndexName: WORK_INDEX, ...query });
  return countRows(table, {
    IndexName: WORK_INDEX,
    ...query,
    FilterExpression: '#runId = :runId',
    ExpressionAttributeNames: { ...query.ExpressionAttributeNames, ...namesOf(['runId']) },
    ExpressionAttributeValues: { ...query.ExpressionAttributeValues, ':runId': runId },
  });
}
