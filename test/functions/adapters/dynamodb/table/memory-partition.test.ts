import { describe, expect, it } from 'vitest';
import { memoryPartitionSource } from '#adapters/dynamodb/table/memory-partition.ts';
import type { PartitionList } from '#adapters/dynamodb/table/partition-list.ts';
import type { Row } from '#adapters/dynamodb/table/table.ts';
import { InvalidCursorError } from '#core/errors.ts';
import { CLOCK_TOLERANCE_MS } from '#core/time/wrong-clock.ts';

const NOW_SECONDS = Date.UTC(2026, 2, 2, 9) / 1_000;
const NOW = NOW_SECONDS * 1_000 + 999;
const LIST: PartitionList<string> = {
  list: 'runs',
  pk: 'RUNS',
  filter: {},
  parse: ({ text }: Row) => (typeof text === 'string' ? text : undefined),
};
const item = (sk: string, over: Row = {}) => ({
  sk,
  expiresAt: NOW_SECONDS + 60,
  text: `item ${sk}`,
  ...over,
});

/** The sort keys of what a list finds. */
async function found(
  items: readonly ReturnType<typeof item>[],
  list: Partial<PartitionList<string>> = {},
  after?: readonly string[],
) {
  const { hits, next } = await memoryPartitionSource(items, { ...LIST, ...list }, NOW).read(after, 1);
  expect(next).toBeUndefined();
  return [...hits].map(({ position }) => position.join());
}

describe('Function: memoryPartitionSource', () => {
  it('gives every item with its position, in the order of the table', async () => {
    const items = [item('b'), item('\u{1f600}'), item('\uffff'), item('a')];
    expect(await found(items)).toEqual(['a', 'b', '\uffff', '\u{1f600}']);
    expect(await found(items, { newestFirst: true })).toEqual(['\u{1f600}', '\uffff', 'b', 'a']);
    const { hits } = await memoryPartitionSource([item('a')], LIST, NOW).read(undefined, 1);
    expect([...hits]).toEqual([{ item: 'item a', position: ['a'] }]);
  });

  it('goes on after a position, be it still there or not', async () => {
    const items = [item('a'), item('c'), item('e')];
    expect(await found(items, {}, ['c'])).toEqual(['e']);
    expect(await found(items, {}, ['b'])).toEqual(['c', 'e']);
    expect(await found(items, { newestFirst: true }, ['c'])).toEqual(['a']);
    await expect(found(items, {}, [''])).rejects.toThrow(InvalidCursorError);
  });

  it('leaves out what has expired, by the second', async () => {
    const items = [item('a', { expiresAt: NOW_SECONDS }), item('b', { expiresAt: NOW_SECONDS + 1 })];
    expect(await found(items)).toEqual(['b']);
  });

  it('leaves out what expires later than it can', async () => {
    const latest = NOW_SECONDS + 60 + CLOCK_TOLERANCE_MS / 1_000;
    const items = [item('a', { expiresAt: latest }), item('b', { expiresAt: latest + 1 })];
    expect(await found(items, { keptMs: 60_000 })).toEqual(['a']);
    expect(await found(items)).toEqual(['a', 'b']);
  });

  it('leaves out what the filter does not ask for, and what can’t be read', async () => {
    const items = [
      item('a', { job: 'j' }),
      item('b', { job: 'k' }),
      item('c'),
      item('d', { job: 'j', text: 1 }),
    ];
    expect(await found(items, { filter: { job: 'j', status: undefined } })).toEqual(['a']);
    expect(await found(items, { filter: { job: undefined } })).toEqual(['a', 'b', 'c']);
  });

  it('is sealed like the adapter’s list', () => {
    const filter = { job: 'j' };
    expect(memoryPartitionSource([], { ...LIST, filter }, NOW)).toMatchObject({ list: 'runs', filter });
  });
});
