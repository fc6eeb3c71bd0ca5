import { describe, expect, it } from 'vitest';
import { ratingIdOf } from '#core/ratings/rating-id.ts';
import { JobId } from '#core/runs/run.ts';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { publish, runEnds } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

const RATINGS = '/api/skills/csv/ratings';

async function worldWithSkill(): Promise<World> {
  const world = createWorld();
  await publish(world, { skill_id: 'csv', name: 'CSV' });
  return world;
}

const rate = (world: World, body: unknown, path = RATINGS) =>
  call(world, { method: 'POST', path, body, token: 'INTERN' });

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
