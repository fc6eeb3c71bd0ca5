import { describe, expect, it } from 'vitest';
import { createRequestWindow, REQUEST_WINDOW_KEY } from '#adapters/dynamodb/marketplace/request-window.ts';
import { StorageError } from '#core/errors.ts';
import { EMPTY_WINDOW, type WindowState } from '#core/marketplace/request-window.ts';
import {
  type Call,
  conditionFailed,
  type Reply,
  scriptedTable,
} from '#test/functions/adapters/dynamodb/table/scripted-table.ts';

const STORED = { ...REQUEST_WINDOW_KEY, places: [1, 2], pausedUntil: 3, writeId: 'w1' };

/** A window on a table that answers so; `waits` are the pauses between tries, in ms. */
function openWindow(...replies: readonly (Reply | ((call: Call) => Reply))[]) {
  const { table, calls } = scriptedTable(...replies);
  const waits: number[] = [];
  const sleep = async (ms: number) => void waits.push(ms);
  const window = createRequestWindow(table, { sleep, random: () => 0.25 });
  const seen: WindowState[] = [];
  /** Takes one permit more. */
  const take = () =>
    window.change((state) => {
      seen.push(state);
      return { state: { ...state, permits: [...state.permits, 9] }, result: state.permits.length };
    });
  return { window, take, seen, calls, waits };
}

describe('A request window', () => {
  it('is one item, read consistently, and written over what was read', async () => {
    const { take, calls, waits } = openWindow({ Item: STORED }, {});
    expect(await take()).toBe(2);
    expect(calls[0]?.input).toEqual({ TableName: 'table', Key: REQUEST_WINDOW_KEY, ConsistentRead: true });
    expect(calls[1]?.input).toMatchObject({
      Item: { ...REQUEST_WINDOW_KEY, places: [1, 2, 9], pausedUntil: 3, writeId: expect.any(String) },
      ConditionExpression: '#writeId = :read_',
      ExpressionAttributeValues: { ':read_': 'w1' },
    });
    expect(waits).toEqual([]);
  });

  it('begins empty, and as nobody else’s', async () => {
    const { take, seen, calls } = openWindow({}, {});
    await take();
    expect(seen).toEqual([EMPTY_WINDOW]);
    expect(calls[1]?.input).toMatchObject({ ConditionExpression: 'attribute_not_exists(#pk)' });
  });

  it('is not written where nothing changes', async () => {
    const { window, calls } = openWindow({ Item: STORED });
    const result = await window.change((state) => ({ state, result: state.pausedUntil }));
    expect(result).toBe(3);
    expect(calls.map(({ name }) => name)).toEqual(['GetCommand']);
  });

  it('is changed anew, after a pause, where somebody else came first', async () => {
    const theirs = { ...STORED, places: [7], writeId: 'w2' };
    const { take, seen, calls, waits } = openWindow(
      { Item: STORED },
      conditionFailed(),
      { Item: theirs },
      { Item: theirs },
      {},
    );
    expect(await take()).toBe(1);
    expect(seen.map(({ permits }) => permits)).toEqual([[1, 2], [7]]);
    expect(calls[4]?.input).toMatchObject({ ExpressionAttributeValues: { ':read_': 'w2' } });
    // A quarter of the longest pause.
    expect(waits).toEqual([10]);
  });

  it('recognises its own write whose answer was lost', async () => {
    let written: Reply = {};
    const { take, seen } = openWindow(
      { Item: STORED },
      ({ input }) => {
        written = { Item: input.Item };
        return conditionFailed();
      },
      () => written,
    );
    expect(await take()).toBe(2);
    expect(seen).toHaveLength(1);
  });

  it('is given up after twenty tries', async () => {
    const attempt = [{ Item: STORED }, conditionFailed(), { Item: { ...STORED, writeId: 'w2' } }];
    const { take, seen } = openWindow(...Array.from({ length: 20 }, () => attempt).flat());
    await expect(take()).rejects.toThrow('kept changing');
    expect(seen).toHaveLength(20);
  });

  it('fails where the table does', async () => {
    const { take } = openWindow(new Error('gone'));
    await expect(take()).rejects.toThrow(StorageError);
  });

  it.each([
    ['no list', { ...STORED, places: 7 }, EMPTY_WINDOW],
    ['a list of something else', { ...STORED, places: [1, '2'] }, EMPTY_WINDOW],
    ['no pause', { ...STORED, pausedUntil: '3' }, { permits: [1, 2], pausedUntil: 0 }],
  ])('takes what can’t be read for nothing: %s', async (_what, Item, expected) => {
    const { window } = openWindow({ Item });
    const state = await window.change((before) => ({ state: before, result: before }));
    expect(state).toEqual(expected);
  });
});
