import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { digestRows, readDigests } from '#adapters/dynamodb/skills/digests.ts';
import { SHARDS, skillKey } from '#adapters/dynamodb/skills/skill-item.ts';
import type { Row } from '#adapters/dynamodb/table/table.ts';
import { StorageError } from '#core/errors.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import {
  type Call,
  type Reply,
  scriptedTable,
} from '#test/functions/adapters/dynamodb/table/scripted-table.ts';

const shardIn = ({ input }: Call) =>
  (input.ExpressionAttributeValues as { readonly ':shard': string })[':shard'];
const row = (skillId: string): Row => ({ ...skillKey(skillId), updatedAt: '2026', hash: 'h', expiresAt: 7 });

/** A table whose every query is answered so. */
const tableOf = (answer: (call: Call) => Reply) => scriptedTable(...Array.from({ length: 20 }, () => answer));
/** Two pages of shard 0, one of shard 3, and nothing else. */
const threePages = (call: Call): Reply => {
  if (shardIn(call) === '3') return { Items: [row('c')] };
  if (shardIn(call) !== '0') return {};
  return call.input.ExclusiveStartKey
    ? { Items: [row('b')] }
    : { Items: [row('a')], LastEvaluatedKey: row('a') };
};

describe('Function: digestRows', () => {
  it('reads every shard of the index to its end', async () => {
    const { table, calls } = tableOf(threePages);
    const pks: unknown[] = [];
    for await (const rows of digestRows(table)) pks.push(...rows.map(({ pk }) => pk));
    expect(pks.sort()).toEqual(['SKILL#a', 'SKILL#b', 'SKILL#c']);
    expect(calls.map(shardIn).sort()).toEqual(['0', ...SHARDS]);
    expect(calls[0]?.input).toMatchObject({ IndexName: 'digests', Limit: 2_000 });
  });

  it('has a page of each shard in flight, and one ahead of the reader', async () => {
    const { table, calls } = tableOf(threePages);
    const pages = digestRows(table);
    await pages.next();
    expect(calls.slice(0, SHARDS.length).map(shardIn)).toEqual(SHARDS);
    await setImmediate();
    expect(calls).toHaveLength(SHARDS.length + 1);
    await pages.return(undefined);
  });

  it('reads nothing more once its reader stops', async () => {
    const endless = tableOf((call) => ({ Items: [row('a')], LastEvaluatedKey: { shard: shardIn(call) } }));
    for await (const _rows of digestRows(endless.table)) break;
    const { length } = endless.calls;
    await setImmediate();
    expect(endless.calls).toHaveLength(length);
  });

  it('fails where a page does that was read ahead, while its reader was busy', async () => {
    const { table } = tableOf((call) =>
      call.input.ExclusiveStartKey ? new Error('gone') : { Items: [row('a')], LastEvaluatedKey: row('a') },
    );
    const reading = (async () => {
      for await (const _rows of digestRows(table)) await setImmediate();
    })();
    await expect(reading).rejects.toThrow(StorageError);
  });
});

describe('Function: readDigests', () => {
  it('reads what can be read of each page, and reports the rest', async () => {
    const damaged = { ...row('b'), hash: undefined };
    const { table } = tableOf((call) =>
      shardIn(call) === '0' ? { Items: [row('a'), damaged, row('c')] } : {},
    );
    const reported: unknown[] = [];
    const log = { ...SILENT, error: (_message: string, facts?: object) => void reported.push(facts) };
    const pages: unknown[] = [];
    for await (const digests of readDigests({ ...table, log })) pages.push(digests);
    const digest = { updatedAt: '2026', hash: 'h', expiresAt: 7_000, tombstone: false };
    expect(pages).toEqual([
      [
        { skillId: 'a', ...digest },
        { skillId: 'c', ...digest },
      ],
    ]);
    expect(reported).toEqual([expect.objectContaining({ pk: 'SKILL#b', reason: 'no digest' })]);
  });
});
