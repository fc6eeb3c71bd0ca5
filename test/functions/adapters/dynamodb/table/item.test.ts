import { describe, expect, it } from 'vitest';
import { IS_NEW, isStill } from '#adapters/dynamodb/table/expression.ts';
import { deleteItem, getItem, putItem, swapItem, updateItem } from '#adapters/dynamodb/table/item.ts';
import { StorageError } from '#core/errors.ts';
import { conditionFailed, scriptedTable } from './scripted-table.ts';

const KEY = { pk: 'A', sk: 'B' };

describe('Function: swapItem', () => {
  it('writes the item under a name of its own, on the condition', async () => {
    const { table, calls } = scriptedTable({});
    expect(await swapItem(table, { ...KEY, n: 1 }, isStill('version', 4))).toEqual({ isWritten: true });
    expect(calls).toMatchObject([
      {
        name: 'PutCommand',
        input: {
          Item: { ...KEY, n: 1, writeId: expect.any(String) },
          ConditionExpression: '#version = :read_',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':read_': 4 },
        },
      },
    ]);
  });

  it('gives what is stored when somebody else was faster', async () => {
    const theirs = { ...KEY, n: 2, writeId: 'theirs' };
    const { table } = scriptedTable(conditionFailed(), { Item: theirs });
    expect(await swapItem(table, KEY, IS_NEW)).toEqual({ isWritten: false, stored: theirs });
  });

  it('recognises its own write, whose answer was lost', async () => {
    const { table, calls } = scriptedTable(conditionFailed(), () => ({ Item: calls[0]?.input.Item }));
    expect(await swapItem(table, KEY, IS_NEW)).toEqual({ isWritten: true });
  });

  it('gives nothing when the item is gone again', async () => {
    const { table } = scriptedTable(conditionFailed(), {});
    expect(await swapItem(table, KEY, IS_NEW)).toEqual({ isWritten: false, stored: undefined });
  });
});

describe('single items', () => {
  it('are read consistently, by their key alone', async () => {
    const { table, calls } = scriptedTable({ Item: { ...KEY, n: 1 } });
    expect(await getItem(table, { ...KEY, ...{ other: 1 } })).toEqual({ ...KEY, n: 1 });
    expect(calls[0]?.input).toEqual({ TableName: 'table', Key: KEY, ConsistentRead: true });
  });

  it('are given as they are after an update, and not where its condition does not hold', async () => {
    const { table } = scriptedTable({ Attributes: { n: 2 } }, {}, conditionFailed());
    const update = () => updateItem(table, KEY, { set: { n: 2 } }, IS_NEW);
    expect([await update(), await update(), await update()]).toEqual([{ n: 2 }, {}, undefined]);
  });

  it('say whether the condition of a write or a deletion held', async () => {
    const { table, calls } = scriptedTable({}, conditionFailed(), {}, conditionFailed());
    expect(await putItem(table, KEY)).toBe(true);
    expect(await putItem(table, KEY, IS_NEW)).toBe(false);
    expect(await deleteItem(table, KEY)).toBe(true);
    expect(await deleteItem(table, KEY, IS_NEW)).toBe(false);
    expect(calls.map(({ input }) => input.ConditionExpression)).toEqual([
      undefined,
      'attribute_not_exists(#pk)',
      undefined,
      'attribute_not_exists(#pk)',
    ]);
  });

  it('fail with StorageError for any other reason', async () => {
    const { table } = scriptedTable(new Error('down'), new Error('down'));
    await expect(getItem(table, KEY)).rejects.toThrow(StorageError);
    await expect(swapItem(table, KEY, IS_NEW)).rejects.toThrow(StorageError);
  });
});
