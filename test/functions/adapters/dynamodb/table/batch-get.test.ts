import { describe, expect, it } from 'vitest';
import { batchGet } from '#adapters/dynamodb/table/batch-get.ts';
import { StorageError } from '#core/errors.ts';
import { type Call, scriptedTable } from './scripted-table.ts';

const keyOf = (n: number) => ({ pk: `p${n}`, sk: 's' });
const keysIn = (call: Call) =>
  (call.input.RequestItems as { readonly table: { readonly Keys: ReturnType<typeof keyOf>[] } }).table.Keys;
/** Answers the first keys of a call with their items, and gives back the others. */
const some = (count: number) => (call: Call) => {
  const keys = keysIn(call);
  const left = keys.slice(count);
  return {
    Responses: { table: keys.slice(0, count) },
    UnprocessedKeys: left.length === 0 ? {} : { table: { Keys: left } },
  };
};

function timing() {
  const waits: number[] = [];
  const sleep = async (ms: number) => void waits.push(ms);
  return { waits, timing: { sleep, random: () => 0 } };
}

describe('Function: batchGet', () => {
  it('reads a hundred keys at once, and gives the items in the order of the keys, without those that are not there', async () => {
    const { table, calls } = scriptedTable(
      (call) => ({ Responses: { table: keysIn(call).toReversed().slice(1) } }),
      some(50),
    );
    const keys = Array.from({ length: 150 }, (_, n) => keyOf(n));
    const rows = await batchGet(table, keys, timing().timing);
    expect(calls.map((call) => keysIn(call).length)).toEqual([100, 50]);
    expect(rows).toEqual(keys.filter((_, n) => n !== 99));
  });

  it('asks again for what was given back: at once after progress, after a growing wait without', async () => {
    const { waits, timing: fast } = timing();
    const { table, calls } = scriptedTable(some(2), some(0), some(0), some(1), some(0), some(9));
    const keys = Array.from({ length: 5 }, (_, n) => keyOf(n));
    expect(await batchGet(table, keys, fast)).toEqual(keys);
    expect(calls.map((call) => keysIn(call).length)).toEqual([5, 3, 3, 3, 2, 2]);
    // Equal jitter, at its least: half of 50 ms, of 100 ms, and of 50 ms after the progress.
    expect(waits).toEqual([25, 50, 25]);
  });

  it('fails after six calls in a row that bring nothing', async () => {
    const { waits, timing: fast } = timing();
    const { table } = scriptedTable(...Array.from({ length: 6 }, () => some(0)));
    await expect(batchGet(table, [keyOf(1)], fast)).rejects.toThrow(StorageError);
    expect(waits).toEqual([25, 50, 100, 200, 400, 800]);
  });
});
