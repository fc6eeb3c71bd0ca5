import { describe, expect, it } from 'vitest';
import { conflictItem } from '#adapters/dynamodb/conflicts/conflict-item.ts';
import { conflictSource } from '#adapters/dynamodb/conflicts/conflict-list.ts';
import { skillItem, skillKey } from '#adapters/dynamodb/skills/skill-item.ts';
import type { Position } from '#adapters/dynamodb/table/cursor.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import type { ConflictFilter } from '#core/conflicts/conflict-store.ts';
import { InvalidCursorError } from '#core/errors.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { HOUR, T0 } from '#test/contracts/versions.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import { type Reply, scriptedTable } from '#test/functions/adapters/dynamodb/table/scripted-table.ts';
import {
  closedConflict,
  conflictedEntry,
  conflictOf,
  OPEN_CONFLICT,
} from '#test/functions/core/conflicts/conflicted-entry.ts';

const DUE_AT = isoFromMs(T0);
const A_TO_D = ['a', 'b', 'c', 'd'];
/** A skill's item, with a conflict that waits or without. */
const itemOf = (skillId: string, hasConflict = true): Row => {
  const entry = conflictedEntry(skillId);
  const edit = hasConflict ? entry.edit : { ...entry.edit, conflict: undefined };
  return skillItem(skillId, { ...entry, edit });
};
/** What the index has of such an item. */
const indexed = (skillId: string): Row => ({ ...skillKey(skillId), work: 'conflict#open', dueAt: DUE_AT });
const positionOf = (skillId: string): Position => ['open', DUE_AT, skillKey(skillId).pk];

type Scene = {
  readonly filter?: ConflictFilter;
  readonly position?: Position;
  readonly want?: number;
  readonly items?: readonly Row[];
};

/** One read of the list: what it found, asked and reported. */
async function read(answer: Reply, { filter, position, want = 3, items }: Scene = {}) {
  const { table, calls } = scriptedTable(answer);
  const reported: unknown[] = [];
  const asked: string[] = [];
  const source = conflictSource({
    table: { ...table, log: { ...SILENT, error: (_message, facts) => void reported.push(facts) } },
    filter: filter ?? { status: 'all' },
    now: new Date(T0 + HOUR),
    read: async (keys: readonly Key[]) => {
      asked.push(...keys.map(({ pk }) => pk));
      return items ?? keys.map(({ pk }) => itemOf(pk.slice('SKILL#'.length)));
    },
  });
  const { hits, next } = await source.read(position, want);
  return { hits: [...hits], next, input: calls[0]?.input, asked, reported };
}

describe('The conflicts that wait', () => {
  it('are found by the index, the newest first, and read from their items', async () => {
    const { hits, next, input, asked } = await read({ Items: ['a', 'b'].map(indexed) });
    expect(input).toEqual({
      TableName: 'table',
      IndexName: 'work',
      KeyConditionExpression: '#work = :work',
      ExpressionAttributeNames: { '#work': 'work' },
      ExpressionAttributeValues: { ':work': 'conflict#open' },
      ScanIndexForward: false,
      Limit: 3,
    });
    expect(asked).toEqual(['SKILL#a', 'SKILL#b']);
    expect(hits).toEqual(['a', 'b'].map((id) => ({ item: conflictOf(id), position: positionOf(id) })));
    expect(next).toEqual(['closed']);
  });

  it('are all there is, where those that are over are not asked for', async () => {
    const { next } = await read({ Items: [] }, { filter: { status: 'unresolved' } });
    expect(next).toBeUndefined();
  });

  it('go on after a position, and where the index says', async () => {
    const { input, next } = await read(
      { Items: [indexed('b')], LastEvaluatedKey: indexed('b') },
      { position: positionOf('a') },
    );
    expect(input?.ExclusiveStartKey).toEqual(indexed('a'));
    expect(next).toEqual(positionOf('b'));
  });

  it('are filtered by the index, which looks at more than is wanted; no item more is read', async () => {
    const filter = { status: 'all', severity: 'LOW', type: 'OTHER' } as const;
    const answer = { Items: A_TO_D.map(indexed), LastEvaluatedKey: indexed('d') };
    const { hits, input, asked, next } = await read(answer, { filter });
    expect(input).toMatchObject({
      FilterExpression: '#severity = :severity AND #type = :type',
      ExpressionAttributeNames: { '#severity': 'severity', '#type': 'type' },
      ExpressionAttributeValues: { ':severity': 'LOW', ':type': 'OTHER' },
      Limit: 250,
    });
    expect(asked).toEqual(['SKILL#a', 'SKILL#b', 'SKILL#c']);
    expect(hits).toHaveLength(3);
    expect(next).toEqual(positionOf('c'));
  });

  it.each([
    { status: 'all', severity: 'HIGH' },
    { status: 'all', type: 'VERSION_MISMATCH' },
  ] as const)('are left out where they became others than the index says: %j', async (filter) => {
    const { hits, reported } = await read({ Items: [indexed('a')] }, { filter });
    expect([hits, reported]).toEqual([[], []]);
  });

  it('are left out where they were resolved in between, which is no fault', async () => {
    const items = [itemOf('a', false), itemOf('b')];
    const { hits, reported } = await read({ Items: ['a', 'b'].map(indexed) }, { items });
    expect(hits.map(({ position }) => position)).toEqual([positionOf('b')]);
    expect(reported).toEqual([]);
  });

  it('are reported where they can’t be read', async () => {
    const items = [{ ...itemOf('a'), remote: 'damaged' }];
    const { hits, reported } = await read({ Items: [indexed('a')] }, { items });
    expect(hits).toEqual([]);
    expect(reported).toEqual([expect.objectContaining({ pk: 'SKILL#a', reason: 'no open conflict' })]);
  });
});

describe('The conflicts that are over', () => {
  const closed = conflictItem(closedConflict('a'));
  const { sk } = closed;

  it.each([
    ['from the beginning, where no other is asked for', { filter: { status: 'resolved' } }, undefined],
    ['after those that wait', { position: ['closed'] }, undefined],
    ['after a position', { position: ['closed', '7'] }, { pk: 'CONFLICTS', sk: '7' }],
  ] as const)('are listed %s', async (_what, scene, start) => {
    const answer = { Items: [closed], LastEvaluatedKey: { pk: 'CONFLICTS', sk } };
    const { hits, next, input, asked } = await read(answer, scene);
    expect(input).toMatchObject({
      ExpressionAttributeValues: { ':pk': 'CONFLICTS' },
      ScanIndexForward: false,
    });
    expect(input?.ExclusiveStartKey).toEqual(start);
    expect(asked).toEqual([]);
    const item = expect.objectContaining({ id: OPEN_CONFLICT.id, skillId: 'a' });
    expect(hits).toEqual([{ item, position: ['closed', sk] }]);
    expect(next).toEqual(['closed', sk]);
  });

  it('end the list', async () => {
    const { next } = await read({ Items: [closed] }, { position: ['closed'] });
    expect(next).toBeUndefined();
  });
});

describe('A position', () => {
  it.each([
    ['of no part', 'all', ['other', DUE_AT, 'SKILL#a']],
    ['among those that wait, where they are not asked for', 'resolved', positionOf('a')],
    ['among those that are over, where they are not asked for', 'unresolved', ['closed']],
    ['without the item', 'all', ['open', DUE_AT]],
    ['of another time', 'all', ['open', 'today', 'SKILL#a']],
    ['of no skill', 'all', ['open', DUE_AT, 'RUNS']],
    ['of no id', 'all', ['open', DUE_AT, 'SKILL#']],
    ['with a part too many', 'all', [...positionOf('a'), 'more']],
  ] as const)('%s is rejected', async (_what, status, position) => {
    await expect(read({}, { filter: { status }, position })).rejects.toThrow(InvalidCursorError);
  });
});
