import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSkillReader } from '#adapters/dynamodb/skills/skill-reader.ts';
import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { parseCategory } from '#core/categories/category.ts';
import { StorageError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { JobId, type Run } from '#core/runs/run.ts';
import type { CachedSkill } from '#core/skills/cached-skill.ts';
import { received } from '#core/tickets/receive-ticket.ts';
import { instantFromMs } from '#core/time/instant.ts';
import { receivedTicket } from '#test/contracts/ticket-versions.ts';
import { digestOf, HOUR, MINUTE, seen, T0, version } from '#test/contracts/versions.ts';
import { type Engine, startDynalite } from '#test/engines/dynalite.ts';
import { type FaultyProxy, startFaultyProxy } from '#test/engines/faulty-proxy.ts';
import { SILENT, type TestStores, tableStores } from '#test/engines/test-stores.ts';

const JOB = JobId.skillSync;
const NOW = new Date(T0);
const RUN: Run = {
  runId: 'r1',
  job: JOB,
  status: 'running',
  trigger: 'manual',
  startedAt: T0,
  progress: { done: 0, total: 0, unit: 'pages' },
  counts: {},
  invocations: 1,
  fence: 1,
};

describe('the DynamoDB adapters when DynamoDB fails', () => {
  let engine: Engine;
  let proxy: FaultyProxy;
  let client: DynamoDBDocumentClient;
  let table: Table;
  let stores: TestStores;
  let sound: TestStores;

  beforeAll(async () => {
    engine = await startDynalite();
    proxy = await startFaultyProxy(engine.endpoint);
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    client = createDocumentClient({ endpoint: proxy.endpoint, region: 'us-east-1', credentials });
  });
  afterAll(async () => {
    client.destroy();
    await proxy.stop();
    await engine.stop();
  });
  beforeEach(async () => {
    const { name } = await engine.createTable();
    table = { client, name, log: SILENT };
    stores = tableStores(table);
    sound = tableStores({ ...table, client: engine.client });
    proxy.fault = () => undefined;
    proxy.operations.length = 0;
  });

  /** The next call of an operation goes wrong, once. */
  function failOnce(fault: 'throttle' | 'lose', operation: string): void {
    let left = 1;
    proxy.fault = (called) => {
      if (called !== operation || left === 0) return undefined;
      left -= 1;
      return fault;
    };
  }

  describe.each(['throttle', 'lose'] as const)('%s once', (fault) => {
    it('puts a skill', async () => {
      failOnce(fault, 'PutItem');
      expect(await stores.skills.put(version('a', 0), seen(0))).toEqual({ outcome: 'written' });
      expect(proxy.operations).toEqual(['PutItem', 'PutItem']);
    });

    it('changes a ticket once, and keeps its raw text', async () => {
      const { tickets } = stores.ticketStores('acme');
      const raw = { subject: 'a', description: 'b' };
      failOnce(fault, 'PutItem');
      await tickets.putRaw('1', raw, { generatedAt: T0, expiresAt: T0 + HOUR });
      for (const over of [{}, { generatedAt: T0 + 1, tags: ['x'] }]) {
        failOnce(fault, 'PutItem');
        const at = { fence: 1, now: T0 };
        await tickets.change('1', (before) => received(before, receivedTicket(over), at));
      }
      expect(await tickets.get('1')).toMatchObject({ revision: 2, tags: ['x'] });
      expect(await tickets.getRaw('1', T0)).toEqual(raw);
    });

    it('adds a change to the snapshot of the search once, and gets all of it back', async () => {
      const skill = { id: 'a', hash: 'h', name: 'A', tags: [], category: '', description: '' };
      for (const removed of [['x'], ['y']]) {
        // The part, and then the state.
        for (const nth of [1, 2]) {
          let calls = 0;
          proxy.fault = (called) => {
            if (called !== 'PutItem') return undefined;
            calls += 1;
            return calls === nth ? fault : undefined;
          };
          await stores.snapshots.append({ skills: [skill], removed }, T0);
        }
      }
      failOnce(fault, 'BatchGetItem');
      expect(await stores.snapshots.read()).toMatchObject({ isDamaged: false, skills: { size: 1 } });
      const { Item } = await engine.client.send(
        new GetCommand({ TableName: table.name, Key: { pk: 'SEARCH#skills', sk: 'STATE' } }),
      );
      expect(JSON.parse(Item?.json)).toHaveLength(4);
    });

    it('changes the ledger once', async () => {
      const { ledger } = stores.ticketStores('acme');
      failOnce(fault, 'PutItem');
      const count = (n: number) =>
        ledger.change('2026-03', (month) => ({
          next: { ...month, runs: { run: (month.runs.run ?? 0) + n } },
          result: n,
        }));
      expect(await Promise.all([count(1), count(2)])).toEqual([1, 2]);
      expect((await ledger.read('2026-03')).runs).toEqual({ run: 3 });
    });

    it('puts a skill without a fence', async () => {
      failOnce(fault, 'UpdateItem');
      expect(await stores.skills.put(version('a', 0), seen(0, { fence: undefined }))).toEqual({
        outcome: 'written',
      });
    });

    it('puts a skill beside an edit, and says of the conflict what it did', async () => {
      for (const strategy of ['manual', 'merge', 'remote_wins'] as const) {
        await sound.skills.put(version(strategy, 0), seen(0));
        const edit = (entry: CachedSkill) => ({ ...entry.remote.skill, description: 'mine' });
        await sound.editor.edit(strategy, edit, { by: 'me', now: T0 });
        failOnce(fault, 'UpdateItem');
        const theirs = version(strategy, 5_000, { description: 'theirs', name: 'Theirs' });
        expect(await stores.skillsBy(strategy).put(theirs, seen(5_000))).toEqual({
          outcome: 'written',
          conflict: expect.objectContaining({ detected: true }),
        });
      }
      const { detected, resolved } = await sound.conflicts.totals();
      expect({ ...detected, ...resolved }).toMatchObject({ OTHER: 3, merge: 1, remote_wins: 1 });
      expect((await sound.conflicts.list({ status: 'all' }, 9, undefined, NOW)).items).toHaveLength(3);
    });

    it('edits a skill, and resolves its conflict', async () => {
      await sound.skills.put(version('a', 0), seen(0));
      const edit = (entry: CachedSkill) => ({ ...entry.remote.skill, description: 'mine' });
      failOnce(fault, 'UpdateItem');
      expect(await stores.editor.edit('a', edit, { by: 'me', now: T0 })).toMatchObject({
        local: { description: 'mine' },
      });
      await sound.skills.put(version('a', 5_000, { description: 'theirs' }), seen(5_000));
      const [conflict] = (await sound.conflicts.list({ status: 'all' }, 9, undefined, NOW)).items;
      const resolution = { strategy: 'local_wins', by: 'me', revision: undefined, now: T0 } as const;
      failOnce(fault, 'UpdateItem');
      expect(await stores.conflicts.resolve({ conflict: conflict!, ...resolution })).toMatchObject({
        outcome: 'resolved',
      });
      const { detected, resolved } = await sound.conflicts.totals();
      expect({ ...detected, ...resolved }).toMatchObject({ OTHER: 1, local_wins: 1 });
    });

    it('takes rating aggregates, and a deletion by the feed', async () => {
      await sound.skills.put(version('a', 0), seen(0));
      const hint = seen(6_000, { fence: undefined });
      const stamp = new Date(T0 + 5_000).toISOString();
      failOnce(fault, 'UpdateItem');
      expect(
        await stores.skills.putAggregates({ skillId: 'a', averageRating: 4, ratingCount: 2, stamp }, hint),
      ).toBe(true);
      failOnce(fault, 'UpdateItem');
      expect(await stores.skills.tombstone('a', instantFromMs(T0 + 5_500), hint)).toBe(true);
    });

    it('removes a skill', async () => {
      await sound.skills.put(version('a', 0), seen(0));
      const digest = await digestOf(sound.skills, 'a');
      failOnce(fault, 'UpdateItem');
      expect(await stores.skills.remove(digest, seen(1))).toBe(true);
    });

    it('puts and removes a category', async () => {
      const parsed = parseCategory({ name: 'c' });
      if (!parsed.ok) throw new Error(parsed.reason);
      failOnce(fault, 'PutItem');
      expect(await stores.categories.put(parsed.value, seen(0))).toBe('written');
      const [category] = await stores.categories.all();
      failOnce(fault, 'DeleteItem');
      expect(await stores.categories.remove(category!)).toBe(true);
    });

    it('takes a lease that it then holds, and gives it back', async () => {
      failOnce(fault, 'UpdateItem');
      const lease = await stores.jobs.acquire(JOB, 'r1', T0, MINUTE);
      expect(lease).toEqual({ job: JOB, runId: 'r1', fence: 1 });
      failOnce(fault, 'UpdateItem');
      await stores.jobs.finish(lease!, { status: 'success', endedAt: T0, durationMs: 1 });
      expect(await stores.jobs.state(JOB)).toMatchObject({ fence: 1, totalRuns: 1, successfulRuns: 1 });
    });

    it('does not take a lease that somebody else holds', async () => {
      await sound.jobs.acquire(JOB, 'r1', T0, MINUTE);
      failOnce(fault, 'UpdateItem');
      expect(await stores.jobs.acquire(JOB, 'r1', T0, MINUTE)).toBeUndefined();
    });

    it('takes the lease of the feed, and gives it back', async () => {
      failOnce(fault, 'UpdateItem');
      const lease = await stores.feed.acquire('task', T0, MINUTE);
      expect(lease).toEqual({ holder: 'task', fence: 1 });
      failOnce(fault, 'UpdateItem');
      await stores.feed.renew(lease!, T0 + 1, MINUTE);
      await sound.feed.acquire('other', T0 + 1, MINUTE);
      expect((await stores.feed.read()).leaseUntil).toBe(T0 + 1 + MINUTE);
    });

    it('puts a run, a refusal and a checkpoint', async () => {
      failOnce(fault, 'PutItem');
      await stores.runs.put(RUN, T0 + HOUR);
      expect(await stores.runs.get('r1', T0)).toEqual(RUN);
      const refusal = { id: 'a', kind: 'skill', reason: 'x', runId: 'r1', firstSeenAt: T0, lastSeenAt: T0 };
      failOnce(fault, 'UpdateItem');
      await stores.rejected.put(refusal);
      expect((await stores.rejected.list(5, undefined, T0)).items).toEqual([refusal]);
      failOnce(fault, 'PutItem');
      await stores.checkpoints.append('l', { throughPage: 1, seen: [], runId: 'r1', counts: {} }, T0);
      expect(await stores.checkpoints.load('l')).toHaveLength(1);
    });

    it('reads', async () => {
      for (const id of ['a', 'b', 'c']) await sound.skills.put(version(id, 0), seen(0));
      failOnce(fault, 'GetItem');
      expect(await stores.skillReader.get('a', NOW)).toBeDefined();
      failOnce(fault, 'BatchGetItem');
      expect((await stores.skillReader.list({}, 5, undefined, NOW)).items).toHaveLength(3);
      failOnce(fault, 'Query');
      expect(await digestOf(stores.skills, 'b')).toBeDefined();
    });
  });

  it('says what failed and nothing of what was to be stored, when DynamoDB stays throttled', async () => {
    proxy.fault = () => 'throttle';
    const secret = version('a', 0, { code: 'secret sauce' });
    const error = await stores.skills.put(secret, seen(0)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({
      code: 'storage_unavailable',
      retryable: true,
      message: 'DynamoDB PutItem failed: ProvisionedThroughputExceededException',
    });
    expect(String((error as Error).cause)).not.toContain('secret sauce');
    expect(proxy.operations).toHaveLength(5);
    const digests = async () => {
      for await (const chunk of stores.skills.digests()) expect(chunk).toBeDefined();
    };
    await expect(digests()).rejects.toThrow(StorageError);
  });

  it('says so when there is no such table', async () => {
    const { skillReader } = tableStores({ ...table, name: 'none' });
    await expect(skillReader.get('a', NOW)).rejects.toThrow(
      'DynamoDB GetItem failed: ResourceNotFoundException',
    );
  });

  it('asks again for keys that were not processed, after growing waits', async () => {
    for (const id of ['a', 'b', 'c']) await sound.skills.put(version(id, 0), seen(0));
    const waits: number[] = [];
    const sleep = async (ms: number) => void waits.push(ms);
    const reader = createSkillReader(table, { sleep, random: () => 1 });
    let left = 3;
    proxy.fault = (operation) => (operation === 'BatchGetItem' && left-- > 0 ? 'unprocessed' : undefined);
    expect((await reader.list({}, 1, undefined, NOW)).items).toHaveLength(1);
    expect(waits).toEqual([50, 100, 200]);
    proxy.fault = (operation) => (operation === 'BatchGetItem' ? 'unprocessed' : undefined);
    await expect(reader.list({}, 1, undefined, NOW)).rejects.toThrow(StorageError);
  });

  it('logs a record that it can’t read, without its content', async () => {
    const lines: unknown[] = [];
    const log: Log = { ...SILENT, error: (message, facts) => lines.push({ message, ...facts }) };
    await sound.skills.put(version('a', 0), seen(0));
    await sound.raw.patch('SKILL#a', 'SKILL', { remote: '{"secret' });
    expect(await createSkillReader({ ...table, log }).get('a', NOW)).toBeUndefined();
    expect(lines).toEqual([
      {
        message: 'unreadable record skipped',
        pk: 'SKILL#a',
        sk: 'SKILL',
        reason: 'no skill',
        unreadableRecords: 1,
      },
    ]);
  });
});
