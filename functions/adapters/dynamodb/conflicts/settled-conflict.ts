import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import {
  type ItemChanges,
  isUnchanged,
  largeBytes,
  withoutRecord,
} from '#adapters/dynamodb/skills/edit-item.ts';
import { skillIdOf, tooLarge } from '#adapters/dynamodb/skills/skill-item.ts';
import { allOf, type Expression, namesOf, onlyIf, updateIf } from '#adapters/dynamodb/table/expression.ts';
import type { PackedJson } from '#adapters/dynamodb/table/packed-json.ts';
import {
  attempt,
  attemptIf,
  isItemTooLarge,
  type Key,
  type Row,
  reportUnreadable,
  type Table,
} from '#adapters/dynamodb/table/table.ts';
import type { ClosedConflict } from '#core/conflicts/conflict.ts';
import { AtomSyncError, type TooLargeError } from '#core/errors.ts';
import {
  CONFLICT_COUNTERS,
  type ConflictItem,
  conflictItem,
  countsOfClosed,
  NO_CONFLICT,
  readClosed,
  SETTLED,
} from './conflict-item.ts';

/**
 * The records of conflicts that are over. There are no transactions, so the write that ends a conflict leaves
 * the record in the skill's item (`settled`), and it is put in its place afterwards: by the same writer, by
 * whoever writes the skill next, or by the next skill sync. No write touches an item that has one pending.
 */

/** One write of a skill's item, on condition that the item is the one that was read. */
export type ItemWrite = {
  readonly row: Row;
  readonly changes: ItemChanges;
  /** The conflict that it ends. */
  readonly closed: ClosedConflict | undefined;
  /** What must hold besides. */
  readonly conditions?: readonly Expression[];
};

/**
 * Writes a skill's item, and then the record of the conflict that this ended.
 *
 * @returns false: another writer came first
 * @throws TooLargeError
 */
export async function writeItem(table: Table, write: ItemWrite): Promise<boolean> {
  const { row, changes, closed } = write;
  try {
    if (!(await update(table, write, changes))) return false;
  } catch (error) {
    if (!isItemTooLarge(error)) throw error;
    if (closed === undefined) throw refusal(write);
    return writeRecordFirst(table, write, closed);
  }
  if (closed !== undefined) await afterwards(table, () => finishSettled(table, { ...row, ...changes.set }));
  return true;
}

/** Puts the record of an item in its place, counts it, and takes it out of the item. Repeating it does no harm. */
export async function finishSettled(table: Table, row: Row): Promise<void> {
  const closed = readClosed(row.settled);
  if (closed === undefined) reportUnreadable(table.log, row, 'no closed conflict');
  else await putRecord(table, closed, row.settled as PackedJson);
  const condition = {
    text: '#conflictId = :conflictId_ AND #work = :settled_',
    names: namesOf(['conflictId', 'work']),
    values: { ':conflictId_': row.conflictId, ':settled_': SETTLED },
  };
  await updateItem(table, row, updateIf({ remove: Object.keys(NO_CONFLICT) }, condition));
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
export async function afterwards(table: Table, work: () => Promise<void>): Promise<boolean> {
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
 * Two that end the same conflict at once write under the same key, so the one whose write came about puts its
 * record once more, and the other one takes back its own alone.
 */
async function writeRecordFirst(table: Table, write: ItemWrite, closed: ClosedConflict): Promise<boolean> {
  const record = conflictItem(closed);
  const put = () =>
    attempt('PutItem', () => table.client.send(new PutCommand({ TableName: table.name, Item: record })));
  try {
    await put();
    if (await update(table, write, withoutRecord(write.changes))) {
      await put();
      await afterwards(table, () => countConflicts(table, countsOfClosed(closed)));
      return true;
    }
  } catch (error) {
    if (!isItemTooLarge(error)) throw error;
    await takeBack(table, record);
    throw refusal(write);
  }
  await takeBack(table, record);
  return false;
}

async function takeBack(table: Table, { pk, sk, json }: ConflictItem): Promise<void> {
  const isOurs = onlyIf({
    text: '#json = :json_',
    names: namesOf(['json']),
    values: { ':json_': json },
  });
  await attemptIf('DeleteItem', () =>
    table.client.send(new DeleteCommand({ TableName: table.name, Key: { pk, sk }, ...isOurs })),
  );
}

/** Whoever puts it first counts it. */
async function putRecord(table: Table, closed: ClosedConflict, json: PackedJson): Promise<void> {
  const Item = conflictItem(closed, json);
  const condition = onlyIf({ text: 'attribute_not_exists(#pk)', names: namesOf(['pk']), values: {} });
  const { held } = await attemptIf('PutItem', () =>
    table.client.send(new PutCommand({ TableName: table.name, Item, ...condition })),
  );
  if (held) await countConflicts(table, countsOfClosed(closed));
}

function update(table: Table, { row, conditions = [] }: ItemWrite, changes: ItemChanges): Promise<boolean> {
  return updateItem(table, row, updateIf(changes, allOf(isUnchanged(row), ...conditions)));
}

async function updateItem(
  table: Table,
  { pk, sk }: Row | Key,
  expressions: ReturnType<typeof updateIf>,
): Promise<boolean> {
  const { held } = await attemptIf('UpdateItem', () =>
    table.client.send(new UpdateCommand({ TableName: table.name, Key: { pk, sk }, ...expressions })),
  );
  return held;
}

/** The refusal of sides that do not fit into one item, with what they would take. */
function refusal({ row, changes }: ItemWrite): TooLargeError {
  const kept = Object.entries(row).filter(([name]) => !changes.remove.includes(name));
  const bytes = largeBytes({ ...Object.fromEntries(kept), ...changes.set });
  return tooLarge(skillIdOf(row.pk) ?? '', bytes, bytes);
}
