import { describe, expect, it } from 'vitest';
import { conflictItem } from '#adapters/dynamodb/conflicts/conflict-item.ts';
import {
  bestEffort,
  countConflicts,
  drainOutbox,
  writeAfterRecord,
} from '#adapters/dynamodb/conflicts/conflict-outbox.ts';
import { skillItem } from '#adapters/dynamodb/skills/skill-item.ts';
import { BY_RULE } from '#core/conflicts/conflict.ts';
import { StorageError } from '#core/errors.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import {
  type Call,
  conditionFailed,
  type Reply,
  scriptedTable,
} from '#test/functions/adapters/dynamodb/table/scripted-table.ts';
import { closedConflict, conflictedEntry } from '#test/functions/core/conflicts/conflicted-entry.ts';

const CLOSED = closedConflict('s');
const RECORD = conflictItem(CLOSED);
/** The skill's item, whose outbox is pending. */
const ROW = skillItem('s', { ...conflictedEntry('s'), edit: undefined, outbox: CLOSED });
const TOO_LARGE = Object.assign(new Error('Item size has exceeded the maximum allowed size'), {
  name: 'ValidationException',
});
const GONE = new Error('gone');

const namesOf = (calls: readonly Call[]) => calls.map(({ name }) => name);

/** What a record adds to the counters. */
const counting = (counts: Readonly<Record<string, number>>) => ({
  name: 'UpdateCommand',
  input: expect.objectContaining({
    Key: { pk: 'COUNTERS', sk: 'CONFLICTS' },
    UpdateExpression: `ADD ${Object.keys(counts)
      .map((name) => `#${name} :${name}`)
      .join(', ')}`,
    ExpressionAttributeValues: Object.fromEntries(
      Object.entries(counts).map(([n, count]) => [`:${n}`, count]),
    ),
  }),
});

describe('Function: drainOutbox', () => {
  it('puts the record where there is none, counts it, and then takes it out of the item', async () => {
    const { table, calls } = scriptedTable({}, {}, {});
    await drainOutbox(table, ROW);
    expect(calls).toEqual([
      {
        name: 'PutCommand',
        input: expect.objectContaining({ Item: RECORD, ConditionExpression: 'attribute_not_exists(#pk)' }),
      },
      counting({ resolved_remote_wins: 1 }),
      {
        name: 'UpdateCommand',
        input: expect.objectContaining({
          Key: { pk: 'SKILL#s', sk: 'SKILL' },
          UpdateExpression: 'REMOVE #conflictId, #type, #severity, #detectedAt, #work, #dueAt, #settled',
          ConditionExpression: '#conflictId = :conflictId_ AND #work = :settled_',
          ExpressionAttributeValues: { ':conflictId_': CLOSED.id, ':settled_': 'conflict#settled' },
        }),
      },
    ]);
  });

  it('counts one that never waited as detected too', async () => {
    const outbox = closedConflict('s', { resolvedBy: BY_RULE });
    const { table, calls } = scriptedTable({}, {}, {});
    await drainOutbox(table, skillItem('s', { ...conflictedEntry('s'), edit: undefined, outbox }));
    expect(calls[1]).toEqual(counting({ resolved_remote_wins: 1, detected_OTHER: 1 }));
  });

  it('does no harm where somebody else was faster: nothing is counted twice, and no later conflict removed', async () => {
    const { table, calls } = scriptedTable(conditionFailed(), conditionFailed());
    await drainOutbox(table, ROW);
    expect(namesOf(calls)).toEqual(['PutCommand', 'UpdateCommand']);
    expect(calls[1]?.input).toMatchObject({ Key: { pk: 'SKILL#s' } });
  });

  it('reports a record that can’t be read, and takes it out', async () => {
    const { table, calls } = scriptedTable({});
    const reported: unknown[] = [];
    const log = { ...SILENT, error: (_message: string, facts?: object) => void reported.push(facts) };
    await drainOutbox({ ...table, log }, { ...ROW, settled: 'damaged' });
    expect(reported).toEqual([expect.objectContaining({ pk: 'SKILL#s', reason: 'no closed conflict' })]);
    expect(calls[0]?.input).toMatchObject({ UpdateExpression: expect.stringContaining('REMOVE') });
  });

  it.each([
    ['written', [GONE], 1],
    ['counted', [{}, GONE], 2],
  ])('leaves it in the item where it can’t be %s', async (_what, replies, sent) => {
    const { table, calls } = scriptedTable(...replies);
    await expect(drainOutbox(table, ROW)).rejects.toThrow(StorageError);
    expect(calls).toHaveLength(sent);
  });
});

describe('Function: writeAfterRecord', () => {
  /** Writes an item after the record; `sent` says when, among the calls. */
  async function write(replies: readonly Reply[], came: () => Promise<boolean>) {
    const { table, calls } = scriptedTable(...replies);
    const sent: number[] = [];
    const outcome = await writeAfterRecord(table, CLOSED, () => {
      sent.push(calls.length);
      return came();
    }).catch((error: unknown) => error);
    return { outcome, calls, sent };
  }
  const takenBack = {
    name: 'DeleteCommand',
    input: expect.objectContaining({
      Key: { pk: RECORD.pk, sk: RECORD.sk },
      ConditionExpression: '#json = :json_ AND attribute_exists(#pending)',
      ExpressionAttributeValues: { ':json_': RECORD.json },
    }),
  };

  it('puts the record before the write, and for good after it: another writer may have put its own', async () => {
    const { outcome, calls, sent } = await write([{}, {}, {}], async () => true);
    expect(outcome).toBe(true);
    expect(sent).toEqual([1]);
    const pending = {
      name: 'PutCommand',
      input: expect.objectContaining({
        TableName: 'table',
        Item: { ...RECORD, pending: true },
        ConditionExpression: 'attribute_not_exists(#pk) OR attribute_exists(#pending)',
      }),
    };
    const put = { name: 'PutCommand', input: { TableName: 'table', Item: RECORD } };
    expect(calls).toEqual([pending, put, counting({ resolved_remote_wins: 1 })]);
  });

  it('leaves the final record of another writer alone, and the item as well', async () => {
    const { outcome, calls, sent } = await write([conditionFailed()], async () => true);
    expect({ outcome, sent }).toEqual({ outcome: false, sent: [] });
    expect(namesOf(calls)).toEqual(['PutCommand']);
  });

  it('stands without its count', async () => {
    const { outcome } = await write([{}, {}, GONE], async () => true);
    expect(outcome).toBe(true);
  });

  it.each([
    ['its own record', {}],
    ['nothing of another’s', conditionFailed()],
  ])('takes back %s where another writer came first', async (_what, reply) => {
    const { outcome, calls } = await write([{}, reply], async () => false);
    expect(outcome).toBe(false);
    expect(calls[1]).toEqual(takenBack);
  });

  it('takes the record back where the item is too large', async () => {
    const { outcome, calls } = await write([{}, {}], () => Promise.reject(TOO_LARGE));
    expect(outcome).toBe(TOO_LARGE);
    expect(calls[1]).toEqual(takenBack);
  });

  it('writes nothing where the record is too large', async () => {
    const { outcome, sent } = await write([TOO_LARGE, {}], async () => true);
    expect(outcome).toMatchObject({ name: 'StorageError', cause: TOO_LARGE });
    expect(sent).toEqual([]);
  });

  it('leaves the record where nobody knows whether the item was written', async () => {
    const { outcome, calls } = await write([{}], () => Promise.reject(GONE));
    expect(outcome).toBe(GONE);
    expect(namesOf(calls)).toEqual(['PutCommand']);
  });
});

describe('Function: bestEffort', () => {
  const { table } = scriptedTable();

  it('says whether it is done, and logs why it is not', async () => {
    const lines: unknown[] = [];
    const log = { ...SILENT, warn: (_message: string, facts?: object) => void lines.push(facts) };
    expect(await bestEffort({ ...table, log }, async () => undefined)).toBe(true);
    expect(lines).toEqual([]);
    expect(await bestEffort({ ...table, log }, () => Promise.reject(new StorageError('gone')))).toBe(false);
    expect(lines).toEqual([{ code: 'storage_unavailable' }]);
  });

  it('hides no error of the program', async () => {
    await expect(bestEffort(table, () => Promise.reject(new TypeError('bug')))).rejects.toThrow('bug');
  });
});

describe('Function: countConflicts', () => {
  it('adds to the counters', async () => {
    const { table, calls } = scriptedTable({});
    await countConflicts(table, { detected_OTHER: 2 });
    expect(calls).toEqual([counting({ detected_OTHER: 2 })]);
  });
});
