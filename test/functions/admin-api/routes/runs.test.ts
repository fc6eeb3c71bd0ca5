import { describe, expect, it } from 'vitest';
import { JobId } from '#core/runs/run.ts';
import { call } from '#test/functions/admin-api/call-api.ts';
import { RUN_ID } from '#test/functions/admin-api/example-records.ts';
import { putRun } from '#test/functions/admin-api/fill-world.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';

describe('GET /api/admin/sync/runs', () => {
  it('shows a run in full', async () => {
    const world = createWorld();
    await putRun(world);

    const { body } = await call(world, { path: `/api/admin/sync/runs/${RUN_ID}` });

    expect(body).toEqual({
      success: true,
      run: {
        run_id: RUN_ID,
        job: 'skill-sync-atom-saas',
        status: 'success',
        trigger: 'schedule',
        started_at: '2026-02-19T10:29:00.000Z',
        ended_at: '2026-02-19T10:29:03.500Z',
        duration_seconds: 3.5,
        progress: { done: 5000, total: 5000, unit: 'skills' },
        counts: {
          skills_synced: 5000,
          categories_synced: 12,
          added: 3,
          changed: 17,
          unchanged: 4980,
          removed: 1,
        },
        skills_synced: 5000,
        categories_synced: 12,
        added: 3,
        changed: 17,
        unchanged: 4980,
        removed: 1,
        rejected: 0,
        held_back: 0,
        conflicts: { detected: 0, resolved: 0, manual: 0 },
        error: null,
        reason: null,
        skip_reason: null,
        blocked_by: null,
        continues: null,
        continued_by: null,
        invocations: 1,
      },
    });
  });

  it('tells why a run failed, was skipped or goes on elsewhere', async () => {
    const world = createWorld();
    const error = { code: 'marketplace_auth', message: 'The token was refused.', retryable: false };
    // Newest first: the ids say which.
    await putRun(world, { runId: '1', status: 'interrupted', reason: 'Out of time.', continuedBy: 'd' });
    await putRun(world, { runId: '2', status: 'skipped', skipReason: 'already_running', blockedBy: 'a' });
    await putRun(world, { runId: '3', status: 'failed', error });

    const { body } = await call(world, { path: '/api/admin/sync/runs' });

    expect(body.next_cursor).toBeNull();
    expect(body.runs).toMatchObject([
      { error: { code: 'marketplace_auth', message: 'The token was refused.' } },
      { skip_reason: 'already_running', blocked_by: 'a' },
      { reason: 'Out of time.', continued_by: 'd' },
    ]);
    expect(body.runs[0].error).not.toHaveProperty('retryable');
  });

  it('filters and pages', async () => {
    const world = createWorld();
    for (let i = 0; i < 5; i += 1) await putRun(world, { runId: `s${i}` });
    await putRun(world, { runId: 'f', status: 'failed' });
    await putRun(world, { runId: 'r', job: JobId.ratingSync });
    const path = '/api/admin/sync/runs?job=skill-sync-atom-saas&status=success&limit=3';

    const first = await call(world, { path });
    const second = await call(world, { path: `${path}&cursor=${first.body.next_cursor}` });

    expect(first.body.runs).toHaveLength(3);
    expect(second.body.runs).toHaveLength(2);
    expect(second.body.next_cursor).toBeNull();
  });

  it.each([
    'limit=0',
    'limit=201',
    'limit=1e2',
    'limit=-1',
    'limit=',
    'limit=%20 5',
    'limit=0x10',
    'job=nonsense',
    'status=SUCCESS',
    'cursor=',
    'page=1',
    'limit=1,2',
  ])('refuses ?%s', async (query) => {
    const { status, body } = await call(createWorld(), { path: `/api/admin/sync/runs?${query}` });

    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: 'validation_failed',
      details: [{ field: query.split('=')[0], in: 'query' }],
    });
  });

  it.each(['x', RUN_ID, '..%2F..%2Fetc', '%00', 'a/b', '%', 'x'.repeat(5000)])(
    'does not know the run %.40s',
    async (id) => {
      const answer = await call(createWorld(), { path: `/api/admin/sync/runs/${id}` });

      expect(answer).toMatchObject({ status: 404, body: { success: false, error: 'run_not_found' } });
    },
  );
});

describe('An id that no run can have', () => {
  it('is not looked for', async () => {
    const world = createWorld();
    await call(world, { path: '/api/admin/sync/runs/nonsense' });

    expect(world.reads).toEqual([]);
  });
});

describe('A forged cursor', () => {
  it.each(['/api/skills', '/api/admin/sync/runs', '/api/admin/sync/errors'])(
    'is refused by %s',
    async (path) => {
      const answer = await call(createWorld(), { path: `${path}?cursor=eyJwayI6IlJVTlMifQ` });

      expect(answer).toMatchObject({ status: 400, body: { success: false, error: 'invalid_cursor' } });
    },
  );
});
