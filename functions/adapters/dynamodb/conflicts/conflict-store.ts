import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { sleep } from '#adapters/clock/sleep.ts';
import { createSkillEntries } from '#adapters/dynamodb/skills/skill-entries.ts';
import { isSkillId, skillEntry, skillKey } from '#adapters/dynamodb/skills/skill-item.ts';
import { batchGet, type Timing } from '#adapters/dynamodb/table/batch-get.ts';
import { toEpochSeconds } from '#adapters/dynamodb/table/epoch-seconds.ts';
import { fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { getItem } from '#adapters/dynamodb/table/item.ts';
import { queryPages } from '#adapters/dynamodb/table/query.ts';
import { attempt, type Key, type Table } from '#adapters/dynamodb/table/table.ts';
import { WORK_INDEX } from '#adapters/dynamodb/table/table-schema.ts';
import {
  type Conflict,
  type ConflictRef,
  type ConflictStore,
  type ConflictTotals,
  showClosed,
} from '#core/conflicts/conflict-store.ts';
import { conflictInEntry, resolveConflict } from '#core/conflicts/resolve-conflict.ts';
import type { SkillEntries } from '#core/skills/skill-entries.ts';
import { CONFLICT_COUNTERS, CONFLICTS, OPEN, OUTBOX, readClosed, readTotals } from './conflict-item.ts';
import { conflictSource } from './conflict-list.ts';
import { bestEffort, drainOutbox } from './conflict-outbox.ts';

const MAX_READS = 20;

/**
 * The conflicts in DynamoDB. One that waits is in its skill's item, found by the index `work`; one that is over
 * is a record of its own.
 *
 * @param timing for the waits of a throttled read; real time where it is absent
 * @param entries what a resolution changes; those of the table where they are absent
 */
export function createConflictStore(
  table: Table,
  timing: Timing = { sleep, random: Math.random },
  entries: Pick<SkillEntries, 'change'> = createSkillEntries(table),
): ConflictStore {
  const { change } = entries;
  const find: ConflictStore['get'] = (conflict, now) => get(table, conflict, now);
  return {
    get: find,
    list: (filter, limit, cursor, now) => {
      const read = (keys: readonly Key[]) => batchGet(table, keys, timing);
      return fillPage(conflictSource({ table, filter, now, read }), limit, cursor, MAX_READS);
    },
    resolve: (resolution) => resolveConflict({ change, find }, resolution),
    countOpen: () => countOpen(table),
    totals: () => totals(table),
    drainOutboxes: () => drainAllOutboxes(table),
  };
}

async function get(table: Table, conflict: ConflictRef, now: Date): Promise<Conflict | undefined> {
  const row = isSkillId(conflict.skillId) ? await getItem(table, skillKey(conflict.skillId)) : undefined;
  return conflictInEntry(row && skillEntry(row), conflict.id) ?? (await readRecord(table, conflict, now));
}

async function readRecord(
  table: Table,
  { id, skillId }: ConflictRef,
  now: Date,
): Promise<Conflict | undefined> {
  const row = await getItem(table, { pk: CONFLICTS, sk: id });
  if (row === undefined || Number(row.expiresAt) <= toEpochSeconds(now)) return undefined;
  const closed = readClosed(row.json);
  return closed?.skillId === skillId ? showClosed(closed) : undefined;
}

async function countOpen(table: Table): Promise<number> {
  let count = 0;
  let start: Record<string, unknown> | undefined;
  do {
    const query = new QueryCommand({
      TableName: table.name,
      ...workOf(OPEN),
      Select: 'COUNT',
      ExclusiveStartKey: start,
    });
    const answer = await attempt('Query', () => table.client.send(query));
    count += answer.Count ?? 0;
    start = answer.LastEvaluatedKey;
  } while (start !== undefined);
  return count;
}

async function totals(table: Table): Promise<ConflictTotals> {
  return readTotals((await getItem(table, CONFLICT_COUNTERS)) ?? {});
}

async function drainAllOutboxes(table: Table): Promise<number> {
  let drained = 0;
  for await (const rows of queryPages(table, workOf(OUTBOX))) {
    for (const { pk, sk } of rows) {
      const row = await getItem(table, { pk: String(pk), sk: String(sk) });
      if (row?.settled === undefined) continue;
      // One that can't be drained must not keep the others, or a whole sync, from going on.
      if (await bestEffort(table, () => drainOutbox(table, row))) drained += 1;
    }
  }
  return drained;
}

function workOf(work: string) {
  return {
    IndexName: WORK_INDEX,
    KeyConditionExpression: '#work = :work',
    ExpressionAttributeNames: { '#work': 'work' },
    ExpressionAttributeValues: { ':work': work },
  };
}
