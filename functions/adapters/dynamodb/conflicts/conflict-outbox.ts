import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Expression, namesOf, updateIf } from '#adapters/dynamodb/table/expression.ts';
import { deleteItem, putItem } from '#adapters/dynamodb/table/item.ts';
import type { PackedJson } from '#adapters/dynamodb/table/packed-json.ts';
import {
  attempt,
  attemptIf,
  isItemTooLarge,
  type Row,
  reportUnreadable,
  type Table,
} from '#adapters/dynamodb/table/table.ts';
import type { ClosedConflict } from '#core/conflicts/conflict.ts';
import { AtomSyncError } from '#core/errors.ts';
import {
  CONFLICT_COUNTERS,
  type ConflictItem,
  conflictItem,
  countsOfClosed,
  NO_CONFLICT,
  OUTBOX,
  readClosed,
} from './conflict-item.ts';

/**
 * The records of conflicts that are over. There are no transactions, so the write that ends a conflict leaves
 * the record in the skill's item (`settled`: its outbox), and it is put in its place afterwards: by the same writer, by
 * whoever writes the skill next, or by the next skill sync. No write touches an item that has one pending.
 */

/** Puts the record of an item in its place, counts it, and takes it out of the item. Repeating it does no harm. */
export async function drainOutbox(table: Table, row: Row): Promise<void> {
  const closed = readClosed(row.settled);
  if (closed === undefined) reportUnreadable(table.log, row, 'no closed conflict');
  else await putRecord(table, closed, row.settled as PackedJson);
  const condition = {
    text: '#conflictId = :conflictId_ AND #work = :settled_',
    names: namesOf(['conflictId', 'work']),
    values: { ':conflictId_': row.conflictId, ':settled_': OUTBOX },
  };
  const update = updateIf({ remove: Object.keys(NO_CONFLICT) }, condition);
  const Key = { pk: row.pk, sk: row.sk };
  await attemptIf('UpdateItem', () =>
    table.client.send(new UpdateCommand({ TableName: table.name, Key, ...update })),
  );
}

/** Adds to the counters of conflicts. */
export async function countConflicts(table: Table, counts: Readonly<Record<string, number>>): Promise<void> {
  await attempt('UpdateItem', () =>
    table.client.send(
      new UpdateCommand({ TableName: table.name, Key: CONFLICT_COUNTERS, ...updateIf({ add: counts }) }),
    ),
  );
}

/**
 * Does what is left to do after a write that stands; what fails is done by somebody later, or is a count less.
 *
 * @returns whether it is done
 */
export async function bestEffort(table: Table, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof AtomSyncError)) throw error;
    table.log.warn("a conflict's record or count was left for later", { code: error.code });
    return false;
  }
}

/**
 * For sides that leave no room for the record: rather a record too many than an edit that disappears without one.
 *
 * The record is put first, marked as `pending`, and once more without the mark after the write of the skill's item. Two
 * that end the same conflict at once use the same key: a pending record may be replaced, and only a pending one is
 * taken back, so that the record of the one whose write came about stays.
 *
 * @param write of the skill's item, without its outbox. False: another writer came first
 * @returns what the write came to; false also where the record says that the conflict is over
 * @throws StorageError ({@link isItemTooLarge}) where either does not fit
 */
export async function writeAfterRecord(
  table: Table,
  closed: ClosedConflict,
  write: () => Promise<boolean>,
): Promise<boolean> {
  const record = conflictItem(closed);
  try {
    if (!(await putItem(table, { ...record, pending: true }, IS_NOT_FINAL))) return false;
    if (await write()) {
      await putItem(table, record);
      await bestEffort(table, () => countConflicts(table, countsOfClosed(closed)));
      return true;
    }
  } catch (error) {
    if (isItemTooLarge(error)) await takeBack(table, record);
    throw error;
  }
  await takeBack(table, record);
  return false;
}

const IS_NOT_FINAL: Expression = {
  text: 'attribute_not_exists(#pk) OR attribute_exists(#pending)',
  names: namesOf(['pk', 'pending']),
  values: {},
};

async function takeBack(table: Table, record: ConflictItem): Promise<void> {
  const isOurs = {
    text: '#json = :json_ AND attribute_exists(#pending)',
    names: namesOf(['json', 'pending']),
    values: { ':json_': record.json },
  };
  await deleteItem(table, record, isOurs);
}

/** Whoever puts it first counts it. */
async function putRecord(table: Table, closed: ClosedConflict, json: PackedJson): Promise<void> {
  const isFirst = { text: 'attribute_not_exists(#pk)', names: namesOf(['pk']), values: {} };
  if (await putItem(table, conflictItem(closed, json), isFirst)) {
    await countConflicts(table, countsOfClosed(closed));
  }
}
