import { describe, expect, it } from 'vitest';
import { InvocationError, StorageError } from '#core/errors.ts';
import type { Rating } from '#core/ratings/rating.ts';
import { ratingIdOf } from '#core/ratings/rating-id.ts';
import { rated } from '#core/ratings/rating-state.ts';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { publish } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, type World, withServices } from '#test/functions/admin-api/world.ts';

const RATINGS = '/api/skills/csv/ratings';
const FAILED = '/api/admin/ratings/failed-uploads';

async function worldWithSkill(): Promise<World> {
  const world = createWorld();
  await publish(world, { skill_id: 'csv', name: 'CSV' });
  return world;
}

async function put(world: World, userId: string, over: Partial<Rating>) {
  const key = { skillId: 'csv', userId };
  await world.services.ratings.change(key, () => ({ ...rated(undefined, key, { rating: 2 }, NOW), ...over }));
}
const FAILURE = { code: 'skill_not_found', message: 'No such skill.', failedAt: NOW - 1_000, final: true };

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

  it('are not looked for under a key that no table can have', async () => {
    const world = await worldWithSkill();
    const change = () => Promise.reject(new StorageError('The key is too long.'));
    const id = ratingIdOf({ skillId: 'x'.repeat(2_000), userId: 'dana' });

    const asked = withServices(world, { ratings: { ...world.services.ratings, change } });

    expect((await call(asked, { method: 'POST', path: `${FAILED}/${id}/retry` })).status).toBe(404);
  });

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
