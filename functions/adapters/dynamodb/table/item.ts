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
