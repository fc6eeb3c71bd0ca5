import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { inParallel } from '#core/in-parallel.ts';
import type { CacheCleaner, Sweep } from '#core/skills/cache-cleaner.ts';
import { CATEGORIES } from './categories/category-item.ts';
import { REJECTED } from './records/rejected-record-item.ts';
import { RUNS } from './runs/run-item.ts';
import { digestRows } from './skills/digests.ts';
import { SKILL_SORT_KEY, servedUntil } from './skills/skill-item.ts';
import { toEpochSeconds } from './table/epoch-seconds.ts';
import { namesOf, onlyIf } from './table/expression.ts';
import { queryPages } from './table/query.ts';
import { attemptIf, type Row, type Table } from './table/table.ts';

/** Deletes at once: a batch knows no conditions. */
const CONCURRENCY = 16;

/**
 * Deletes what has expired from the partitions that are known: skills and their tombstones (by the digests
 * index), categories, runs and refused records. Checkpoints are left to DynamoDB's TTL: nobody asks for them.
 * An edited skill is never deleted, however old: the edit exists nowhere else. Neither is one that still holds the
 * record of a conflict.
 *
 * `sweep` ends with the signal's reason when it aborts; what it has deleted stays deleted.
 */
export function createCacheCleaner(table: Table): CacheCleaner {
  return { sweep: (now, signal) => sweep(table, now, signal) };
}

async function sweep(table: Table, now: Date, signal?: AbortSignal): Promise<Sweep> {
  const clean = (pages: AsyncIterable<readonly Row[]>) => cleanPages({ table, now, signal }, pages);
  const skills = await clean(withSortKey(digestRows(table)));
  const categories = await clean(expiryOf(table, CATEGORIES));
  const runs = await clean(expiryOf(table, RUNS));
  const rejected = await clean(expiryOf(table, REJECTED));
  return {
    deletedSkills: skills.deleted,
    deletedCategories: categories.deleted,
    deletedRuns: runs.deleted,
    deletedOther: rejected.deleted + skills.deletedTombstones,
    liveSkills: skills.live,
    liveCategories: categories.live,
  };
}

type Cleaning = { readonly table: Table; readonly now: Date; readonly signal: AbortSignal | undefined };
type Cleaned = { deleted: number; deletedTombstones: number; live: number };

async function cleanPages(
  { table, now, signal }: Cleaning,
  pages: AsyncIterable<readonly Row[]>,
): Promise<Cleaned> {
  const cleaned: Cleaned = { deleted: 0, deletedTombstones: 0, live: 0 };
  for await (const rows of pages) {
    signal?.throwIfAborted();
    const expired = rows.filter((row) => isExpired(row, now) && row.edited === undefined);
    cleaned.live += rows.filter((row) => !isExpired(row, now) && row.deletedAt === undefined).length;
    await inParallel(expired, CONCURRENCY, async (row) => {
      signal?.throwIfAborted();
      if (!(await deleteExpired(table, row, now))) return;
      cleaned[row.deletedAt === undefined ? 'deleted' : 'deletedTombstones'] += 1;
    });
  }
  return cleaned;
}

function isExpired(row: Row, now: Date): boolean {
  const until = servedUntil(row);
  return until !== undefined && until <= toEpochSeconds(now);
}

/** False: it was renewed, edited or deleted meanwhile. */
async function deleteExpired(table: Table, { pk, sk }: Row, now: Date): Promise<boolean> {
  const condition = {
    text: '#expiresAt <= :now_ AND attribute_not_exists(#edited) AND attribute_not_exists(#settled)',
    names: namesOf(['expiresAt', 'edited', 'settled']),
    values: { ':now_': toEpochSeconds(now) },
  };
  const { held } = await attemptIf('DeleteItem', () =>
    table.client.send(new DeleteCommand({ TableName: table.name, Key: { pk, sk }, ...onlyIf(condition) })),
  );
  return held;
}

function expiryOf(table: Table, pk: string): AsyncGenerator<readonly Row[]> {
  const names = ['pk', 'sk', 'expiresAt'];
  return queryPages(table, {
    KeyConditionExpression: '#pk = :pk',
    ProjectionExpression: names.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: namesOf(names),
    ExpressionAttributeValues: { ':pk': pk },
  });
}

async function* withSortKey(pages: AsyncIterable<readonly Row[]>): AsyncGenerator<readonly Row[]> {
  for await (const rows of pages) yield rows.map((row) => ({ ...row, sk: SKILL_SORT_KEY }));
}
