import { randomUUID } from 'node:crypto';
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Changes, type Expression, onlyIf, updateIf } from './expression.ts';
import { attempt, attemptIf, type Key, type Row, type Table } from './table.ts';

/** One item, read consistently; undefined where there is none. @throws StorageError */
export async function getItem(table: Table, { pk, sk }: Key): Promise<Row | undefined> {
  const { Item } = await attempt('GetItem', () =>
    table.client.send(new GetCommand({ TableName: table.name, Key: { pk, sk }, ConsistentRead: true })),
  );
  return Item;
}

/** Writes a whole item. @returns whether the condition held @throws StorageError */
export async function putItem(table: Table, item: Row & Key, condition?: Expression): Promise<boolean> {
  const { held } = await attemptIf('PutItem', () =>
    table.client.send(new PutCommand({ TableName: table.name, Item: item, ...conditionOf(condition) })),
  );
  return held;
}

/** What a compare-and-swap came to: written, or refused by what is `stored` (undefined: nothing). */
export type Swap = { readonly isWritten: boolean; readonly stored?: Row | undefined };

/**
 * Writes a whole item on a condition, under a name of its own (`writeId`). Where the answer is lost, the SDK repeats the
 * write and is told that the condition fails: by our own write, which is recognised by that name.
 *
 * @throws StorageError
 */
export async function swapItem(table: Table, item: Row & Key, condition: Expression): Promise<Swap> {
  const writeId = randomUUID();
  if (await putItem(table, { ...item, writeId }, condition)) return { isWritten: true };
  const stored = await getItem(table, item);
  return stored?.writeId === writeId ? { isWritten: true } : { isWritten: false, stored };
}

/** Changes an item. @returns the whole item after it; undefined when the condition does not hold @throws StorageError */
export async function updateItem(
  table: Table,
  { pk, sk }: Key,
  changes: Changes,
  condition?: Expression,
): Promise<Row | undefined> {
  const written = await attemptIf('UpdateItem', () =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { pk, sk },
        ReturnValues: 'ALL_NEW',
        ...updateIf(changes, condition),
      }),
    ),
  );
  return written.held ? (written.answer.Attributes ?? {}) : undefined;
}

/** Deletes an item; one that is gone already is no error. @returns whether the condition held @throws StorageError */
export async function deleteItem(table: Table, { pk, sk }: Key, condition?: Expression): Promise<boolean> {
  const { held } = await attemptIf('DeleteItem', () =>
    table.client.send(
      new DeleteCommand({ TableName: table.name, Key: { pk, sk }, ...conditionOf(condition) }),
    ),
  );
  return held;
}

function conditionOf(condition: Expression | undefined) {
  return condition === undefined ? {} : onlyIf(condition);
}
