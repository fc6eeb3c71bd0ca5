import { describe, expect, it } from 'vitest';
import {
  latestExpiry,
  type PartitionList,
  partitionSource,
  sortKeyIn,
} from '#adapters/dynamodb/table/partition-list.ts';
import { MAX_SORT_KEY_BYTES, type Row } from '#adapters/dynamodb/table/table.ts';
import { InvalidCursorError } from '#core/errors.ts';
import { CLOCK_TOLERANCE_MS } from '#core/time/wrong-clock.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import { scriptedTable } from './scripted-table.ts';

const NOW_SECONDS = Date.UTC(2026, 2, 2, 9) / 1_000;
const NOW = NOW_SECONDS * 1_000 + 999;
const LIST: PartitionList<string> = {
  list: 'runs',
  pk: 'RUNS',
  filter: { job: undefined },
  parse: ({ text }: Row) => (typeof text === 'string' ? text : undefined),
};
const row = (sk: string, text?: string) => ({ pk: 'RUNS', sk, text });

/** One read of a list, and the query that it sent. */
async function read(
  list: PartitionList<string>,
  { after, want = 10 }: { readonly after?: readonly string[]; readonly want?: number } = {},
) {
  const { table, calls } = scriptedTable({
    Items: [row('1', 'one'), row('2'), row('3', 'three')],
    LastEvaluatedKey: { pk: 'RUNS', sk: '3' },
  });
  const unreadable: unknown[] = [];
  const log = { ...SILENT, error: (_message: string, facts?: object) => void unreadable.push(facts) };
  const { hits, next } = await partitionSource({ ...table, log }, list, NOW).read(after, want);
  return { hits: [...hits], next, input: calls[0]?.input, unreadable };
}

describe('Function: partitionSource', () => {
  it('asks for what has not expired, consistently, from the beginning', async () => {
    const { input } = await read(LIST);
    expect(input).toEqual({
      TableName: 'table',
      KeyConditionExpression: '#pk = :pk',
      FilterExpression: '#expiresAt > :now',
      ExpressionAttributeNames: { '#pk': 'pk', '#expiresAt': 'expiresAt' },
      ExpressionAttributeValues: { ':pk': 'RUNS', ':now': NOW_SECONDS },
      ScanIndexForward: true,
      Limit: 10,
      ConsistentRead: true,
    });
  });

  it('gives each item with its position, and where to go on', async () => {
    const { hits, next } = await read(LIST);
    expect(hits).toEqual([
      { item: 'one', position: ['1'] },
      { item: 'three', position: ['3'] },
    ]);
    expect(next).toEqual(['3']);
  });

  it('reports what can’t be read, and goes on', async () => {
    const { unreadable } = await read(LIST);
    expect(unreadable).toEqual([expect.objectContaining({ sk: '2', reason: 'not one of runs' })]);
  });

  it('ends where the partition does', async () => {
    const { table } = scriptedTable({ Items: [] });
    const { hits, next } = await partitionSource(table, LIST, NOW).read(undefined, 10);
    expect([...hits]).toEqual([]);
    expect(next).toBeUndefined();
  });

  it('goes on after a position, in its own direction', async () => {
    const { input } = await read({ ...LIST, newestFirst: true }, { after: ['7'] });
    expect(input).toMatchObject({ ExclusiveStartKey: { pk: 'RUNS', sk: '7' }, ScanIndexForward: false });
  });

  it.each([
    [10, 250],
    [300, 300],
  ])('has the table filter, and look at more than the %d that are wanted', async (want, limit) => {
    const { input } = await read({ ...LIST, filter: { job: 'j', status: undefined } }, { want });
    expect(input).toMatchObject({
      FilterExpression: '#expiresAt > :now AND #job = :job',
      ExpressionAttributeNames: { '#job': 'job' },
      ExpressionAttributeValues: { ':job': 'j' },
      Limit: limit,
    });
    expect(Object.keys(input?.ExpressionAttributeValues ?? {})).not.toContain(':status');
  });

  it('leaves out what expires later than it can', async () => {
    const { input } = await read({ ...LIST, keptMs: 60_000 });
    expect(input).toMatchObject({
      FilterExpression: '#expiresAt > :now AND #expiresAt <= :latest',
      ExpressionAttributeValues: { ':latest': NOW_SECONDS + 60 + CLOCK_TOLERANCE_MS / 1_000 },
    });
  });

  it('sends no query for a position that is none', async () => {
    await expect(read(LIST, { after: ['1', '2'] })).rejects.toThrow(InvalidCursorError);
  });
});

describe('Function: latestExpiry', () => {
  it('is undefined where every time is believed', () => {
    expect(latestExpiry(LIST, NOW)).toBeUndefined();
  });
});

describe('Function: sortKeyIn', () => {
  it('is the one part of a position', () => {
    const longest = 'é'.repeat(MAX_SORT_KEY_BYTES / 2);
    expect(sortKeyIn(undefined)).toBeUndefined();
    expect(sortKeyIn(['7'])).toBe('7');
    expect(sortKeyIn([longest])).toBe(longest);
  });

  it.each([
    ['no part', []],
    ['an empty part', ['']],
    ['two parts', ['7', '8']],
    ['more bytes than a key has', [`${'é'.repeat(MAX_SORT_KEY_BYTES / 2)}x`]],
  ])('rejects %s', (_what, position) => {
    expect(() => sortKeyIn(position)).toThrow(InvalidCursorError);
  });
});
