import { describe, expect, it } from 'vitest';
import { InvocationError } from '#core/errors.ts';
import type { Rating } from '#core/ratings/rating.ts';
import { ratingIdOf } from '#core/ratings/rating-id.ts';
import { rated } from '#core/ratings/rating-state.ts';
import { JobId } from '#core/runs/run.ts';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { publish, runEnds } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

const RATINGS = '/api/skills/csv/ratings';
const FAILED = '/api/admin/ratings/failed-uploads';

async function worldWithSkill(): Promise<World> {
  const world = createWorld();
  await publish(world, { skill_id: 'csv', name: 'CSV' });
  return world;
}

const rate = (world: World, body: unknown, path = RATINGS) =>
  call(world, { method: 'POST', path, body, token: 'INTERN' });

async function put(world: World, userId: string, over: Partial<Rating>) {
  const key = { skillId: 'csv', userId };
  await world.services.ratings.change(key, () => ({ ...rated(undefined, key, { rating: 2 }, NOW), ...over }));
}
const FAILURE = { code: 'skill_not_found', message: 'No such skill.', failedAt: NOW - 1_000, final: true };

describe('POST /api/skills/{id}/ratings', () => {
  it('keeps a rating, pending, and has the skill’s ratings looked at', async () => {
    const world = await worldWithSkill();
    const { status, body } = await rate(world, { user_id: 'dana', rating: 4, comment: 'Good.' });
    expect(status).toBe(201);
    expect(body.rating).toEqual({
      rating_id: ratingIdOf({ skillId: 'csv', userId: 'dana' }),
      skill_id: 'csv',
      user_id: 'dana',
      rating: 4,
      comment: 'Good.',
      status: 'pending',
      rated_at: '2026-02-19T10:30:00.000Z',
      synced_at: null,
    });
    const listed = await call(world, { path: RATINGS, token: 'STUDENT' });
    expect(listed.body.ratings).toEqual([body.rating]);
    expect((await call(world, { path: '/api/admin/sync/status' })).body.ratings).toMatchObject({
      pending: 1,
    });
    expect((await call(world, { path: '/metrics/sync' })).body).toContain('atom_saas_ratings_pending 1\n');
  });

  it('replaces an earlier one of the same user', async () => {
    const world = await worldWithSkill();
    await rate(world, { user_id: 'dana', rating: 4, comment: 'Good.' });
    const { status, body } = await rate(world, { user_id: 'dana', rating: 1 });
    expect({ status, rating: body.rating }).toMatchObject({
      status: 201,
      rating: { rating: 1, comment: null },
    });
    expect((await call(world, { path: RATINGS })).body.ratings).toHaveLength(1);
  });

  it('answers 404 for a skill that the cache does not have, and keeps nothing', async () => {
    const world = createWorld();
    expect(await rate(world, { user_id: 'dana', rating: 4 })).toMatchObject({
      status: 404,
      body: { error: 'skill_not_found' },
    });
    expect((await call(world, { path: RATINGS })).body.ratings).toEqual([]);
  });

  it.each([
    ['rating', { user_id: 'dana', rating: 0 }],
    ['rating', { user_id: 'dana', rating: 6 }],
    ['rating', { user_id: 'dana', rating: 4.5 }],
    ['rating', { user_id: 'dana', rating: '4' }],
    ['rating', { user_id: 'dana' }],
    ['user_id', { rating: 4 }],
    ['user_id', { user_id: '', rating: 4 }],
    ['user_id', { user_id: ' ', rating: 4 }],
    ['user_id', { user_id: 'é'.repeat(257), rating: 4 }],
    ['user_id', { user_id: '\ud800', rating: 4 }],
    ['comment', { user_id: 'dana', rating: 4, comment: 'x'.repeat(1_001) }],
    ['comment', { user_id: 'dana', rating: 4, comment: 7 }],
    ['skill_id', { user_id: 'dana', rating: 4, skill_id: 'other' }],
  ])('refuses a bad %s: %o', async (field, body) => {
    const answer = await rate(await worldWithSkill(), body);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: 'validation_failed', details: [{ in: 'body', field }] },
    });
  });

  it('finds the ratings of a skill whose id has slashes', async () => {
    const world = createWorld();
    await publish(world, { skill_id: 'a/b', name: 'A' });
    expect((await rate(world, { user_id: 'dana', rating: 4 }, '/api/skills/a/b/ratings')).status).toBe(201);
    expect((await call(world, { path: '/api/skills/a/b/ratings' })).body.ratings).toHaveLength(1);
  });
});

describe('Failed uploads', () => {
  it('are listed with what an operator has to know, the dead-lettered last', async () => {
    const world = await worldWithSkill();
    await put(world, 'ok', { status: 'synced', dueAt: undefined });
    await put(world, 'dead', {
      status: 'dead_lettered',
      dueAt: NOW,
      retryCount: 5,
      failure: { ...FAILURE, final: false },
    });
    await put(world, 'later', {
      status: 'failed',
      dueAt: NOW + 1,
      nextAttemptAt: NOW + 60_000,
      lastRetryAt: NOW - 1_000,
      retryCount: 2,
      failure: { ...FAILURE, final: false },
    });
    const { body } = await call(world, { path: FAILED });
    const id = ratingIdOf({ skillId: 'csv', userId: 'later' });
    expect(body.failed_uploads).toMatchObject([
      {
        id,
        rating_id: id,
        skill_id: 'csv',
        user_id: 'later',
        error: 'No such skill.',
        error_code: 'skill_not_found',
        retry_count: 2,
        failed_at: '2026-02-19T10:29:59.000Z',
        last_retry_at: '2026-02-19T10:29:59.000Z',
        next_attempt_at: '2026-02-19T10:31:00.000Z',
        dead_lettered: false,
      },
      { user_id: 'dead', dead_lettered: true, next_attempt_at: null },
    ]);
    const first = await call(world, { path: `${FAILED}?limit=1` });
    const rest = await call(world, { path: `${FAILED}?limit=1&cursor=${first.body.next_cursor}` });
    expect([...first.body.failed_uploads, ...rest.body.failed_uploads]).toEqual(body.failed_uploads);
    expect((await call(world, { path: '/api/admin/sync/status' })).body.ratings).toMatchObject({
      failed: 2,
      pending: 0,
    });
  });

  it('are retried one by one, with a rating sync for it', async () => {
    const world = await worldWithSkill();
    await put(world, 'dana', { status: 'failed', failure: FAILURE });
    const id = ratingIdOf({ skillId: 'csv', userId: 'dana' });
    const request = { method: 'POST', path: `${FAILED}/${id}/retry` };
    const { status, body } = await call(world, request);
    expect({ status, body }).toEqual({
      status: 202,
      body: { success: true, retried: 1, run_id: world.started[0] },
    });
    expect(world.ratingSyncs).toEqual([{ trigger: 'manual', run_id: body.run_id }]);
    expect((await call(world, { path: RATINGS })).body.ratings).toMatchObject([{ status: 'pending' }]);
    expect(await call(world, request)).toMatchObject({
      status: 404,
      body: { error: 'failed_upload_not_found' },
    });
  });

  it.each(['x', 'WyIiLCJhIl0', ratingIdOf({ skillId: 'none', userId: 'a' })])(
    'are not found by the id %s',
    async (id) => {
      const world = await worldWithSkill();
      expect((await call(world, { method: 'POST', path: `${FAILED}/${id}/retry` })).status).toBe(404);
      expect(world.started).toEqual([]);
    },
  );

  it('are retried all at once, the dead letters with them', async () => {
    const world = await worldWithSkill();
    for (let n = 0; n < 150; n += 1) await put(world, `user-${n}`, { status: 'failed', failure: FAILURE });
    await put(world, 'dead', { status: 'dead_lettered', failure: FAILURE });
    const { status, body } = await call(world, { method: 'POST', path: `${FAILED}/retry` });
    expect({ status, body }).toMatchObject({ status: 202, body: { retried: 151, more: false } });
    expect(world.ratingSyncs).toEqual([{ trigger: 'manual', run_id: body.run_id, redrive: true }]);
    expect((await call(world, { path: FAILED })).body.failed_uploads).toEqual([]);
    expect((await call(world, { path: '/api/admin/sync/status' })).body.ratings).toMatchObject({
      pending: 151,
    });
  });

  it('wait for the next rating sync where none could be started', async () => {
    const world = await worldWithSkill();
    await put(world, 'dana', { status: 'failed', failure: FAILURE });
    world.refusal = new InvocationError('no Lambda', true);
    const { status, body } = await call(world, { method: 'POST', path: `${FAILED}/retry` });
    expect({ status, body }).toMatchObject({ status: 202, body: { retried: 1, run_id: null } });
  });
});

describe('POST /api/admin/sync/ratings', () => {
  const request = { method: 'POST', path: '/api/admin/sync/ratings' };
  const ends = (world: World, over: object) => runEnds(world, 500, { job: JobId.ratingSync, ...over });

  it('answers what was uploaded; what is still on its way counts as skipped', async () => {
    const world = createWorld();
    ends(world, { endedAt: NOW + 500, counts: { uploaded: 7, failed: 2, skipped: 1, queued: 3 } });
    expect(await call(world, request)).toMatchObject({
      status: 200,
      body: { success: true, status: 'success', uploaded: 7, failed: 2, skipped: 4, duration_seconds: 0.5 },
    });
  });

  it('speaks of the rating sync when it fails, goes on or is under way', async () => {
    const world = createWorld();
    ends(world, {
      status: 'failed',
      error: { code: 'queue_unavailable', message: 'No queue.', retryable: true },
    });
    const failed = await call(world, request);
    expect(failed).toMatchObject({
      status: 502,
      body: { error: 'sync_failed', reason: 'queue_unavailable' },
    });
    expect(failed.body.message).toBe('The rating sync failed. No queue.');
    expect(await call(createWorld(), request)).toMatchObject({ status: 202, body: { status: 'running' } });
  });
});

describe('GET /api/admin/ratings/conflicts', () => {
  it('shows both sides of each and which one won, the newest first', async () => {
    const world = createWorld();
    const log = world.stores.ratingConflicts;
    const common = { skillId: 'csv', userId: 'dana', detectedAt: NOW };
    const theirs = { rating: 2, at: 0 };
    await log.append({
      ...common,
      ...{ id: '01KHTNPR6M4Y8Z0V9QK2D3F5G1', outcome: 'remote_won', theirs: { ...theirs, at: NOW - 1_000 } },
      ours: { rating: 4, comment: 'Good.', at: NOW - 2_000 },
    });
    await log.append({
      ...common,
      ...{ id: '01KHTNPR6M4Y8Z0V9QK2D3F5G2', outcome: 'updates_not_supported', theirs },
      ours: { rating: 5, at: NOW },
    });
    const { status, body } = await call(world, { path: '/api/admin/ratings/conflicts' });
    expect(status).toBe(200);
    const named = { skill_id: 'csv', user_id: 'dana', detected_at: '2026-02-19T10:30:00.000Z' };
    expect(body.conflicts).toEqual([
      {
        ...named,
        id: '01KHTNPR6M4Y8Z0V9QK2D3F5G2',
        local: { rating: 5, comment: null, at: '2026-02-19T10:30:00.000Z' },
        remote: { rating: 2, comment: null, at: null },
        outcome: 'updates_not_supported',
      },
      {
        ...named,
        id: '01KHTNPR6M4Y8Z0V9QK2D3F5G1',
        local: { rating: 4, comment: 'Good.', at: '2026-02-19T10:29:58.000Z' },
        remote: { rating: 2, comment: null, at: '2026-02-19T10:29:59.000Z' },
        outcome: 'remote_won',
      },
    ]);
  });
});
