import { describe, expect, it } from 'vitest';
import {
  countRows,
  partitionPages,
  prefixPages,
  queryPage,
  queryPages,
} from '#adapters/dynamodb/table/query.ts';
import type { Row } from '#adapters/dynamodb/table/table.ts';
import { StorageError } from '#core/errors.ts';
import { scriptedTable } from './scripted-table.ts';

const QUERY = { KeyConditionExpression: '#pk = :pk', Limit: 2 };
const END = { pk: 'p', sk: '2' };
const row = (sk: string) => ({ pk: 'p', sk });

async function allOf(pages: AsyncIterable<readonly Row[]>): Promise<(readonly Row[])[]> {
  const all: (readonly Row[])[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

describe('Function: queryPage', () => {
  it('reads one page, and tells where the next one starts', async () => {
    const { table, calls } = scriptedTable({ Items: [row('1'), row('2')], LastEvaluatedKey: END });
    const page = await queryPage(table, QUERY);
    expect(page).toEqual({ rows: [row('1'), row('2')], next: END });
    expect(calls).toEqual([{ name: 'QueryCommand', input: { TableName: 'table', ...QUERY } }]);
  });

  it('is empty where the answer has no items, and the last one where it has no key', async () => {
    const { table } = scriptedTable({});
    expect(await queryPage(table, QUERY)).toEqual({ rows: [], next: undefined });
  });

  it('fails as every call of the table does', async () => {
    const { table } = scriptedTable(new Error('gone'));
    await expect(queryPage(table, QUERY)).rejects.toThrow(StorageError);
  });
});

describe('Function: queryPages', () => {
  it('reads to the end, past pages that have nothing', async () => {
    const { table, calls } = scriptedTable(
      { Items: [row('1')], LastEvaluatedKey: row('1') },
      { Items: [], LastEvaluatedKey: END },
      { Items: [row('3')] },
    );
    const pages = await allOf(queryPages(table, QUERY));
    expect(pages).toEqual([[row('1')], [row('3')]]);
    expect(calls.map(({ input }) => input.ExclusiveStartKey)).toEqual([undefined, row('1'), END]);
    expect(calls.every(({ input }) => input.Limit === 2)).toBe(true);
  });

  it('reads no page that nobody asks for', async () => {
    const { table, calls } = scriptedTable({ Items: [row('1')], LastEvaluatedKey: END });
    for await (const _page of queryPages(table, QUERY)) break;
    expect(calls).toHaveLength(1);
  });
});

describe('Function: countRows', () => {
  it('adds up what the pages count, and reads none of it', async () => {
    const { table, calls } = scriptedTable({ Count: 3, LastEvaluatedKey: END }, {}, { Count: 99 });
    expect(await countRows(table, QUERY)).toBe(3);
    expect(calls.map(({ input }) => [input.Select, input.ExclusiveStartKey])).toEqual([
      ['COUNT', undefined],
      ['COUNT', END],
    ]);
  });

  it('counts on after a page that has nothing', async () => {
    const { table } = scriptedTable({ Count: 0, LastEvaluatedKey: END }, { Count: 4 });
    expect(await countRows(table, QUERY)).toBe(4);
  });
});

describe('Function: partitionPages', () => {
  it('reads the whole partition, consistently', async () => {
    const { table, calls } = scriptedTable(
      { Items: [row('1')], LastEvaluatedKey: END },
      { Items: [row('2')] },
    );
    const pages = await allOf(partitionPages(table, 'p'));
    expect(pages).toEqual([[row('1')], [row('2')]]);
    for (const { input } of calls) {
      expect(input).toMatchObject({ ConsistentRead: true, ExpressionAttributeValues: { ':pk': 'p' } });
    }
  });
});

describe('Function: prefixPages', () => {
  it('reads the rows of a partition that begin alike, consistently', async () => {
    const { table, calls } = scriptedTable({ Items: [row('A#1')] });
    expect(await allOf(prefixPages(table, 'p', 'A#'))).toEqual([[row('A#1')]]);
    expect(calls[0]?.input).toEqual({
      TableName: 'table',
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: { ':pk': 'p', ':prefix': 'A#' },
      ConsistentRead: true,
      ExclusiveStartKey: undefined,
    });
  });

  it('has some attributes only given, where that is enough', async () => {
    const { table, calls } = scriptedTable({});
    expect(await allOf(prefixPages(table, 'p', 'A#', { only: ['sk', 'at'], consistent: false }))).toEqual([]);
    expect(calls[0]?.input).toMatchObject({
      ProjectionExpression: '#sk, #at',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk', '#at': 'at' },
      ConsistentRead: false,
    });
  });
});
