import { describe, expect, it } from 'vitest';
import { acquireLease, claimChanges, isHeldBy, leaseAttributes } from '#adapters/dynamodb/table/lease.ts';
import { StorageError } from '#core/errors.ts';
import { latestBelieved } from '#core/time/wrong-clock.ts';
import { type Call, conditionFailed, scriptedTable } from './scripted-table.ts';

const ITEM = { key: { pk: 'JOB#j', sk: 'STATE' }, holderAttribute: 'runningRunId' };
const NOW = Date.UTC(2026, 2, 2, 9);
const CLAIM = { holder: 'run-1', now: NOW, leaseMs: 60_000 };

const valuesIn = ({ input }: Call) => input.ExpressionAttributeValues as Record<string, unknown>;
/** The item after a write that held. */
const written = (call: Call) => ({ Attributes: { leaseId: valuesIn(call)[':leaseId'], fence: 5 } });

describe('Function: acquireLease', () => {
  it('takes a free lease in one write, and raises the fence', async () => {
    const { table, calls } = scriptedTable(written);
    expect(await acquireLease(table, ITEM, CLAIM, { heartbeatAt: 7 })).toBe(5);
    expect(calls.map(({ name }) => name)).toEqual(['UpdateCommand']);
    expect(calls[0]?.input).toMatchObject({
      Key: ITEM.key,
      UpdateExpression:
        'SET #heartbeatAt = :heartbeatAt, #runningRunId = :runningRunId, #leaseUntil = :leaseUntil, ' +
        '#leaseId = :leaseId, #fence = if_not_exists(#fence, :zero) + :one',
      ConditionExpression:
        'attribute_not_exists(#leaseUntil) OR #leaseUntil <= :now_ OR #leaseUntil > :latest_',
      ExpressionAttributeValues: {
        ':heartbeatAt': 7,
        ':runningRunId': 'run-1',
        ':leaseUntil': NOW + 60_000,
        ':leaseId': expect.stringMatching(/^[0-9a-f-]{36}$/),
        ':zero': 0,
        ':one': 1,
        ':now_': NOW,
        ':latest_': latestBelieved(NOW, 60_000),
      },
    });
  });

  it('names every write anew', async () => {
    const { table, calls } = scriptedTable(written, written);
    await acquireLease(table, ITEM, CLAIM);
    await acquireLease(table, ITEM, CLAIM);
    const [first, second] = calls.map((call) => valuesIn(call)[':leaseId']);
    expect(first).not.toBe(second);
  });

  it('does not get one that somebody else holds', async () => {
    const { table, calls } = scriptedTable(conditionFailed(), { Item: { leaseId: 'other', fence: 5 } });
    expect(await acquireLease(table, ITEM, CLAIM)).toBeUndefined();
    expect(calls[1]).toEqual({
      name: 'GetCommand',
      input: { TableName: 'table', Key: ITEM.key, ConsistentRead: true },
    });
  });

  it('does not get one whose item is gone', async () => {
    const { table } = scriptedTable(conditionFailed(), {});
    expect(await acquireLease(table, ITEM, CLAIM)).toBeUndefined();
  });

  it('recognises its own write whose answer was lost', async () => {
    let leaseId: unknown;
    const { table } = scriptedTable(
      (call) => {
        leaseId = valuesIn(call)[':leaseId'];
        return conditionFailed();
      },
      () => ({ Item: { leaseId, fence: 6 } }),
    );
    expect(await acquireLease(table, ITEM, CLAIM)).toBe(6);
  });

  it('fails where the table does', async () => {
    const { table } = scriptedTable(new Error('gone'));
    await expect(acquireLease(table, ITEM, CLAIM)).rejects.toThrow(StorageError);
  });
});

describe('a lease', () => {
  it('is proved by its fence and its holder', () => {
    expect(isHeldBy(ITEM, { holder: 'run-1', fence: 5 })).toEqual({
      text: '#fence = :fence_ AND #runningRunId = :holder_',
      names: { '#fence': 'fence', '#runningRunId': 'runningRunId' },
      values: { ':fence_': 5, ':holder_': 'run-1' },
    });
  });

  it('ends without its holder, its end and its name; the fence stays', () => {
    expect(leaseAttributes(ITEM)).toEqual(['runningRunId', 'leaseUntil', 'leaseId']);
  });

  it('lasts from now on', () => {
    expect(claimChanges(ITEM, CLAIM)).toEqual({ set: { runningRunId: 'run-1', leaseUntil: NOW + 60_000 } });
  });
});
