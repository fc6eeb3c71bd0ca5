import { describe, expect, it } from 'vitest';
import { InvocationError, StorageError } from '#core/errors.ts';
import { JobId } from '#core/runs/run.ts';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW, RUN_ID } from '#test/functions/admin-api/example-records.ts';
import { holdLease, runEnds, runsOf } from '#test/functions/admin-api/fill-world.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';

const request = { method: 'POST', path: '/api/admin/sync/skills' };

describe('POST /api/admin/sync/skills', () => {
  it('answers what the run did when it ends in time', async () => {
    const world = createWorld();
    runEnds(world, 250, { status: 'running', endedAt: undefined });
    runEnds(world, 3_500, {
      counts: { skills_synced: 7, added: 3, conflicts_detected: 2, conflicts_manual: 1 },
    });

    const { status, body } = await call(world, request);

    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      run_id: world.started[0],
      status: 'success',
      skills_synced: 7,
      categories_synced: 0,
      added: 3,
      changed: 0,
      unchanged: 0,
      removed: 0,
      rejected: 0,
      held_back: 0,
      conflicts: { detected: 2, resolved: 0, manual: 1 },
      duration_seconds: 3.5,
    });
  });

  it('asks seldom: at first after 100 ms, later every 500 ms', async () => {
    const world = createWorld();
    runEnds(world, 5_000);

    await call(world, request);

    expect(world.waits[0]).toBe(100);
    expect(world.waits).toEqual(world.waits.toSorted((a, b) => a - b));
    expect(Math.max(...world.waits)).toBe(500);
    expect(world.reads.length).toBeLessThan(16);
  });

  it.each([
    ['has no record yet', undefined],
    ['is under way', 'running' as const],
    ['goes on in another invocation', 'interrupted' as const],
  ])('answers 202 after exactly 20 seconds when the run %s', async (_what, status) => {
    const world = createWorld();
    if (status) runEnds(world, 1_000, { status, endedAt: undefined });

    const answer = await call(world, request);

    expect(answer).toMatchObject({
      status: 202,
      headers: { location: `/api/admin/sync/runs/${world.started[0]}` },
      body: { success: true, run_id: world.started[0], status: 'running' },
    });
    expect(world.clock - NOW).toBe(20_000);
  });

  it('waits on when the record can not be read for a while', async () => {
    const world = createWorld();
    runEnds(world, 1_000, {});
    const { get } = world.services.runs;
    world.services.runs.get = (id, now) =>
      world.clock < NOW + 2_000 ? Promise.reject(new StorageError('no table')) : get(id, now);

    expect((await call(world, request)).status).toBe(200);
  });

  it('takes a result that comes at the last moment', async () => {
    const world = createWorld();
    runEnds(world, 20_000, {});

    expect((await call(world, request)).status).toBe(200);
  });

  it('answers 502 with the reason when the run fails', async () => {
    const world = createWorld();
    const error = { code: 'marketplace_unavailable', message: 'No answer in 30 s.', retryable: true };
    runEnds(world, 500, { status: 'failed', error });

    const { status, body } = await call(world, request);

    expect(status).toBe(502);
    expect(body).toMatchObject({
      success: false,
      error: 'sync_failed',
      run_id: world.started[0],
      status: 'failed',
    });
    expect(body.message).toContain('No answer in 30 s.');
  });

  it('answers 409 with the run that is under way, starts nothing and records the attempt', async () => {
    const world = createWorld();
    await holdLease(world, JobId.skillSync, NOW + 1);

    const { status, body } = await call(world, request);

    expect(status).toBe(409);
    expect(body).toMatchObject({ success: false, error: 'sync_already_in_progress', run_id: RUN_ID });
    expect(world.started).toEqual([]);
    expect(await runsOf(world)).toMatchObject([
      { status: 'skipped', trigger: 'manual', skipReason: 'already_running', blockedBy: RUN_ID, fence: 0 },
    ]);
  });

  it('answers 409 all the same when the attempt can not be recorded', async () => {
    const world = createWorld();
    await holdLease(world, JobId.skillSync, NOW + 1);
    world.services.runs.put = () => Promise.reject(new Error('no table'));

    expect((await call(world, request)).status).toBe(409);
    expect(world.lines.map(({ level }) => level)).toContain('warn');
  });

  it('does not take a lease that has run out for a run', async () => {
    const world = createWorld();
    await holdLease(world, JobId.skillSync, NOW);
    runEnds(world, 100, {});

    expect((await call(world, request)).status).toBe(200);
  });

  it.each([1, 365])('does not take a lease %i days ahead for a run', async (days) => {
    const world = createWorld();
    await holdLease(world, JobId.skillSync, NOW + days * 86_400_000);
    runEnds(world, 100, {});

    expect((await call(world, request)).status).toBe(200);
  });

  it('answers 409 with the other run when another one takes the lease first', async () => {
    const world = createWorld();
    runEnds(world, 100, { status: 'skipped', skipReason: 'already_running', blockedBy: RUN_ID });

    expect(await call(world, request)).toMatchObject({
      status: 409,
      body: { error: 'sync_already_in_progress', run_id: RUN_ID },
    });
  });

  it('answers 409 when the run was skipped because the marketplace is switched off', async () => {
    const world = createWorld();
    runEnds(world, 100, { status: 'skipped', skipReason: 'disabled', reason: 'ATOM_SAAS_ENABLED is false.' });

    expect(await call(world, request)).toMatchObject({
      status: 409,
      body: { success: false, error: 'sync_disabled', run_id: world.started[0], status: 'skipped' },
    });
  });

  it.each([
    [true, 503, '5'],
    [false, 502, undefined],
  ])('says so when the invocation is refused (retryable: %s)', async (retryable, status, retryAfter) => {
    const world = createWorld();
    world.refusal = new InvocationError('Lambda refused: function arn:aws:lambda:x', retryable);

    const answer = await call(world, request);

    expect(answer).toMatchObject({ status, body: { success: false, error: 'sync_not_started' } });
    expect(answer.headers['retry-after']).toBe(retryAfter);
    expect(answer.body.message).not.toContain('arn:');
    expect(world.waits).toEqual([]);
  });

  it.each([[''], ['{}'], [' {}\n']])('takes the body "%s"', async (rawBody) => {
    const world = createWorld();
    runEnds(world, 100, {});

    expect((await call(world, { ...request, rawBody })).status).toBe(200);
  });

  it('tells of records that are older than what the cache holds', async () => {
    const world = createWorld();
    runEnds(world, 100, { counts: { skills_synced: 40, unchanged: 40, held_back: 5, accepted_older: 2 } });

    const { body } = await call(world, request);

    expect(body).toMatchObject({ skills_synced: 40, unchanged: 40, held_back: 5 });
    const { body: one } = await call(world, { path: `/api/admin/sync/runs/${world.started[0]}` });
    expect(one.run).toMatchObject({ held_back: 5, counts: { held_back: 5, accepted_older: 2 } });
  });

  it.each([
    [{ accept_older: true }, { accept_older: true }],
    [{ accept_older: false }, {}],
    [{}, {}],
    [undefined, {}],
  ])('has the marketplace’s word taken when it is told to: %j', async (body, asked) => {
    const world = createWorld();
    runEnds(world, 100, {});

    expect((await call(world, { ...request, body })).status).toBe(200);

    expect(world.skillSyncs).toEqual([{ trigger: 'manual', run_id: world.started[0], ...asked }]);
  });

  it.each([['true'], [1], [null], [{}], [[true]]])('refuses accept_older: %j', async (accept_older) => {
    const world = createWorld();

    expect(await call(world, { ...request, body: { accept_older } })).toMatchObject({
      status: 400,
      body: { error: 'validation_failed', details: [{ in: 'body', field: 'accept_older' }] },
    });
    expect(world.started).toEqual([]);
  });

  it('records who told it to', async () => {
    const world = createWorld();
    runEnds(world, 100, {});

    await call(world, { ...request, body: { accept_older: true } });

    const { body } = await call(world, { path: '/api/admin/audit' });
    expect(body.records).toMatchObject([
      { action: 'POST /api/admin/sync/skills', parameters: { body: { accept_older: true } } },
    ]);
  });

  it('refuses unknown fields', async () => {
    const world = createWorld();

    expect(await call(world, { ...request, body: { force: true } })).toMatchObject({
      status: 400,
      body: { error: 'validation_failed', details: [{ in: 'body', field: 'force' }] },
    });
    expect(world.started).toEqual([]);
  });

  it('gives every run an id of its own that sorts by time', async () => {
    const world = createWorld();
    await call(world, request);
    await call(world, request);

    expect(world.started).toHaveLength(2);
    expect(world.started.every((id) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(id))).toBe(true);
    expect(world.started).toEqual(world.started.toSorted());
  });
});
