import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFeedStore } from '#adapters/dynamodb/feed/feed-store.ts';
import { createJobStore } from '#adapters/dynamodb/runs/job-store.ts';
import { createRunStore } from '#adapters/dynamodb/runs/run-store.ts';
import { FEED_LEASE_MS } from '#core/feed/feed-state.ts';
import { JobId } from '#core/runs/run.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { definition } from '#test/functions/adapters/scheduler/start-scheduler.ts';
import { BAD_TOKENS } from './bad-tokens.ts';
import { CORRELATION_ID } from './call-api.ts';
import { deployHandler } from './deployed-handler.ts';
import { aFeedReport, aRun, RUN_ID } from './example-records.ts';
import { STATUSES } from './example-statuses.ts';
import { operations } from './http/operations.ts';
import { recordingLog } from './recording-log.ts';
import { fillTable, RUNNING, SKILL_IDS, startSyncs } from './sample-data.ts';
import { fillTickets, startTaskRun } from './sample-tickets.ts';

let deployed: Awaited<ReturnType<typeof deployHandler>>;
let output = '';
/** What those who may are answered: a sync is under way, and the conflict of the examples does not exist. */
beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    const { write } = stream;
    vi.spyOn(stream, 'write').mockImplementation((chunk, ...rest) => {
      output += String(chunk);
      return /"level"|"_aws"/.test(String(chunk)) ? true : write.call(stream, chunk, ...(rest as []));
    });
  }
  deployed = await deployHandler();
  await fillTable(deployed);
  await startSyncs(deployed);
  await fillTickets(deployed);
  await startTaskRun(deployed);
});
afterAll(async () => {
  await deployed.stop();
  vi.restoreAllMocks();
});

describe('Each route, each token', () => {
  describe.each(operations)('$name', ({ method, path, url, body, level, operation }) => {
    it.each(Object.entries(BAD_TOKENS))('%s', async (_what, tokenOf) => {
      const token = await tokenOf(deployed.issuer);
      const answer = await deployed.call({ method, path: url, body, token });

      if (level === 'public') return expect(answer.status).toBe(200);
      expect(answer).toMatchObject({ status: 401, body: { success: false, error: 'unauthorized' } });
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
    });

    it.each([...Object.values(Level), 'ADMIN', 'autonomous'])('%s', async (group) => {
      const token = await deployed.issuer.sign({ claims: { 'cognito:groups': [group] } });
      const order: string[] = Object.values(Level);

      const { status, body: answer } = await deployed.call({ method, path: url, body, token });

      const allowed = level === 'public' || order.indexOf(group) >= order.indexOf(level);
      if (!allowed)
        return expect({ status, error: answer.error }).toEqual({
          status: 403,
          error: 'insufficient_maturity',
        });
      expect(Object.keys(operation.responses)).toContain(String(status));
      expect(status).toBe(STATUSES[`${method} ${path}`] ?? 200);
    });
  });

  it('started nothing but the rating sync that a retry of all uploads asks for', () => {
    expect(deployed.invocations).toMatchObject([{ trigger: 'manual', redrive: true }]);
    deployed.invocations.splice(0);
  });
});

describe('The handler as it is deployed', () => {
  const call = async (path: string, method = 'GET', body?: unknown) =>
    deployed.call({
      method,
      path,
      body,
      token: await deployed.issuer.sign({ claims: { 'cognito:groups': ['AUTONOMOUS'] } }),
    });

  it('reads what the sync has written', async () => {
    const all = await call('/api/skills?category=data&limit=3');
    const rest = await call(`/api/skills?category=data&limit=3&cursor=${all.body.next_cursor}`);
    const ids = [...all.body.skills, ...rest.body.skills].map(
      (skill: { skill_id: string }) => skill.skill_id,
    );

    expect(ids.toSorted()).toEqual(SKILL_IDS.toSorted());
    expect((await call('/api/categories')).body.categories).toEqual([{ name: 'data' }]);
    expect((await call('/api/admin/sync/errors')).body.errors).toMatchObject([{ id: 'bad', run_id: RUN_ID }]);
    expect((await call('/api/admin/sync/status')).body.sync).toMatchObject({
      status: 'syncing',
      current_run: { run_id: RUNNING },
    });
  });

  it.each(SKILL_IDS)('finds the skill "%s"', async (id) => {
    const { status, body } = await call(`/api/skills/${id}`);

    expect(status).toBe(200);
    expect(body.skill.skill_id).toBe(id);
  });

  it.each(['category=x', 'limit=2'])('refuses the cursor of another list: %s', async (query) => {
    const { body } = await call('/api/skills?limit=1');
    const path = query === 'category=x' ? '/api/skills' : '/api/admin/sync/runs';

    expect(await call(`${path}?${query}&cursor=${body.next_cursor}`)).toMatchObject({
      status: 400,
      body: { error: 'invalid_cursor' },
    });
  });

  it('leaves a record of an attempt that met another run', async () => {
    await call('/api/admin/sync/skills', 'POST');

    const { body } = await call('/api/admin/sync/runs?status=skipped&limit=1');

    expect(body.runs).toMatchObject([
      { trigger: 'manual', skip_reason: 'already_running', blocked_by: RUNNING },
    ]);
  });

  it('starts a run, waits for its record and answers what it did', async () => {
    const table = { ...deployed.table, log: recordingLog([]) };
    const lease = { job: JobId.skillSync, runId: RUNNING, fence: 2 };
    await createJobStore(table).finish(lease, { status: 'success', endedAt: Date.now(), durationMs: 1 });
    deployed.whenInvoked(async ({ run_id }) => {
      const expiresAt = Date.now() + 3_600_000;
      await createRunStore(table).put(aRun({ runId: run_id, trigger: 'manual', fence: 3 }), expiresAt);
    });

    const { status, body } = await call('/api/admin/sync/skills', 'POST');

    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      status: 'success',
      skills_synced: 5000,
      duration_seconds: 3.5,
    });
    expect(deployed.invocations).toEqual([{ trigger: 'manual', run_id: body.run_id }]);
    expect((await call(`/api/admin/sync/runs/${body.run_id}`)).body.run.trigger).toBe('manual');
  });

  it('edits a skill beside what the marketplace said', async () => {
    const path = '/api/skills/csv-cleaner';
    const body = { description: 'Polished here.', secret_note: 'hunter2-in-a-body' };
    const edited = await call(path, 'PUT', body);

    expect(edited).toMatchObject({ status: 200, body: { edited: true, base: { version: '1.2.0' } } });
    expect((await call(path)).body.skill).toMatchObject({ version: '1.2.0', description: 'Polished here.' });
    const found = await call('/api/skills?query=polished');
    expect(found.body.skills.map((skill: { skill_id: string }) => skill.skill_id)).toEqual(['csv-cleaner']);
  });

  it('finds skills by their names, as many as are asked for, and completes names', async () => {
    const first = await call('/api/skills?query=skill&limit=3');
    const rest = await call(`/api/skills?query=skill&limit=3&cursor=${first.body.next_cursor}`);
    const found: { skill_id: string; score: number }[] = [...first.body.skills, ...rest.body.skills];

    expect(first.body.skills).toHaveLength(3);
    expect(found.map(({ skill_id }) => skill_id).toSorted()).toEqual(SKILL_IDS.toSorted());
    const { body } = await call('/api/skills/suggest?q=skill%20csv');
    expect(body.suggestions).toEqual([{ text: 'Skill csv-cleaner', kind: 'name', skill_id: 'csv-cleaner' }]);
  });

  it('refuses half a surrogate pair in an address', async () => {
    expect(await call('/api/skills/\ud800', 'PUT', { name: 'x' })).toMatchObject({
      status: 400,
      body: { error: 'validation_failed' },
    });
  });

  it.each(['日'.repeat(600), '../../etc/passwd', 'SKILL#a', "a' OR '1'='1", '\u0000', '{"S":"a"}'])(
    'edits nothing under the odd id "%s"',
    async (id) => {
      expect(await call(`/api/skills/${id}`, 'PUT', { name: 'x' })).toMatchObject({
        status: 404,
        body: { error: 'skill_not_found' },
      });
    },
  );

  it('changes the schedule itself', async () => {
    const path = '/api/admin/sync/jobs/skill-sync-atom-saas';
    const changed = await call(path, 'PATCH', { minutes: 20, enabled: false });

    expect(changed.body.job).toMatchObject({ minutes: 20, enabled: false, next_run_time: null });
    expect(deployed.scheduler.get('atom-sync', 'skill-sync-atom-saas')?.definition).toEqual(
      definition({ ScheduleExpression: 'rate(20 minutes)', State: 'DISABLED' }),
    );
    expect((await call('/api/admin/sync/jobs', 'POST')).status).toBe(200);
    expect((await call('/api/admin/sync/jobs')).body.jobs[0]).toMatchObject({ minutes: 20, enabled: true });
  });

  it.each(['forged', 'eyJhIjoxfQ', 'x'.repeat(5_000), 'AUDIT', '__proto__'])(
    'refuses the forged cursor %.20s in every list',
    async (cursor) => {
      const lists = operations.filter(({ operation }) =>
        operation.parameters.some(({ name }) => name === 'cursor'),
      );
      expect(lists.length).toBeGreaterThanOrEqual(4);
      for (const { url } of lists) {
        expect(await call(`${url}?cursor=${cursor}`), url).toMatchObject({
          status: 400,
          body: { error: 'invalid_cursor' },
        });
      }
    },
  );

  it('takes a cursor in no other list, and none that is cut off', async () => {
    const { body } = await call('/api/admin/audit?limit=1');
    const cursor: string = body.next_cursor;

    for (const path of ['/api/skills', '/api/admin/sync/runs', '/api/admin/sync/errors']) {
      expect((await call(`${path}?cursor=${cursor}`)).body.error).toBe('invalid_cursor');
    }
    expect((await call(`/api/admin/audit?cursor=${cursor.slice(0, -3)}`)).status).toBe(400);
    expect((await call(`/api/admin/audit?limit=1&cursor=${cursor}`)).status).toBe(200);
  });

  it('has recorded each change and each attempt, in order, without secrets', async () => {
    const { body } = await call('/api/admin/audit?limit=200');
    const records: { at: string; action: string; status: number; subject: string }[] = body.records;

    expect(records.map(({ at }) => at)).toEqual(
      records
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
    expect(new Set(records.map(({ action }) => action))).toEqual(
      new Set(operations.filter(({ method }) => method !== 'GET').map(({ name }) => name)),
    );
    expect(new Set(records.map(({ status }) => status))).toEqual(
      new Set([200, 201, 202, 400, 401, 403, 404, 409]),
    );
    expect(records.filter(({ subject }) => subject === 'anonymous').length).toBeLessThanOrEqual(20);
    expect(JSON.stringify(records)).not.toMatch(/eyJ|hunter2/);
  });

  it('is ready, and healthy after a success', async () => {
    expect((await call('/health/ready')).body).toEqual({
      status: 'ready',
      database: 'connected',
      schedules: 'registered',
    });
    expect((await call('/health/sync')).body).toMatchObject({
      status: 'degraded',
      websocket: { connected: false },
    });
    expect((await call('/metrics/sync')).body).toContain('atom_saas_sync_success_total{type="skill"} 2');
  });

  it('is healthy, and told of the feed, once its task has reported', async () => {
    const store = createFeedStore({ ...deployed.table, log: recordingLog([]) });
    await store.control({ enabled: true });
    const lease = await store.acquire('task', Date.now(), FEED_LEASE_MS);
    await store.renew(lease!, Date.now(), FEED_LEASE_MS, aFeedReport());

    expect((await call('/health/sync')).body).toMatchObject({
      status: 'healthy',
      websocket: { connected: true },
    });
    expect((await call('/api/admin/websocket/status')).body.websocket).toMatchObject({
      status: 'open',
      connected: true,
      enabled: true,
      reconnects_total: 4,
    });
    expect((await call('/metrics/sync')).body).toContain('atom_saas_websocket_connected 1');
  });

  it('answers under the request id of API Gateway', async () => {
    expect((await call('/health/live')).headers['x-correlation-id']).toBe(CORRELATION_ID);
  });

  it('answers 503 when the issuer is down and its keys are unknown', async () => {
    deployed.issuer.answerWith({ status: 500 });
    const callAnother = await deployed.coldStart();

    const answer = await callAnother({ path: '/api/skills', token: await deployed.issuer.sign() });

    deployed.issuer.answerWith(undefined);
    expect(answer).toMatchObject({ status: 503, body: { error: 'auth_unavailable' } });
  });

  it('has logged every request and not one token', () => {
    expect(output.match(/"message":"request"/g)?.length).toBeGreaterThan(operations.length * 13);
    expect(output).toContain(`"correlation_id":"${CORRELATION_ID}"`);
    expect(output).not.toMatch(/eyJ[\w-]+\./);
    expect(output).not.toMatch(/bearer |hunter2/i);
  });
});
