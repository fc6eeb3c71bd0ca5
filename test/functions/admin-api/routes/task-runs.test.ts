import { beforeEach, describe, expect, it } from 'vitest';
import { JobId } from '#core/runs/run.ts';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW, RUN_ID } from '#test/functions/admin-api/example-records.ts';
import { putTaskRun, withTickets } from '#test/functions/admin-api/fill-tickets.ts';
import { putRun } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const error = (code: string) => ({ code, message: 'Because.', retryable: false });

describe('GET /api/tasks/runs/{run_id}', () => {
  const show = async (id: string) => call(world, { path: `/api/tasks/runs/${id}`, token: 'SUPERVISED' });

  it('shows a run in full', async () => {
    await world.stores.syncStates.write(
      { subdomain: 'acme', startTime: 0, completedAt: NOW - 90_500, requestTimes: [], failedTickets: [] },
      1,
    );
    const { runId } = await putTaskRun(world, {
      trigger: 'catch_up',
      status: 'failed',
      stage: 'analyse',
      counts: {
        ...{ pages: 2, seen: 1500, new: 1400, changed: 60, unchanged: 30, deleted: 10 },
        ...{ analysed: 200, refused: 1, failed: 2, pending: 1257 },
        ...{ assigned: 1200, issues: 40, new_issues: 3, incidents: 1, labelled: 2 },
        ...{ cost_micro_usd: 60_300, tokens_in: 300_000, tokens_out: 60_000, tokens_cache_read: 5 },
      },
      notes: [{ stage: 'sync', code: 'malformed', message: 'No time.', record: '77' }],
      error: error('claude_unavailable'),
    });

    expect((await show(runId)).body).toEqual({
      success: true,
      run: {
        run_id: runId,
        task: 'pipeline',
        trigger: 'resume',
        status: 'failed',
        started_at: '2026-02-19T10:29:00.000Z',
        completed_at: '2026-02-19T10:29:30.000Z',
        stage: 'analyse',
        counts: {
          ...{ pages: 2, seen: 1500, new: 1400, changed: 60, unchanged: 30, deleted: 10 },
          ...{ analysed: 200, refused: 1, failed: 2, pending: 1257 },
          ...{ assigned: 1200, issues: 40, new_issues: 3, incidents: 1, labelled: 2 },
        },
        cost_usd: 0.0603,
        tokens: { in: 300_000, out: 60_000, cache_read: 5 },
        cursor_age_s: 90,
        reason: null,
        errors: [
          { stage: 'sync', code: 'malformed', message: 'No time.', ticket_id: '77' },
          { stage: 'analyse', code: 'claude_unavailable', message: 'Because.' },
        ],
      },
    });
  });

  it('shows 20 errors, the one that ended it among them', async () => {
    const notes = Array.from({ length: 20 }, () => ({ stage: 'sync', code: 'x', message: 'y' }));
    const { runId } = await putTaskRun(world, { status: 'failed', notes, error: error('claude_auth') });
    const { errors } = (await show(runId)).body.run;

    expect(errors).toHaveLength(20);
    expect(errors.at(-1).code).toBe('claude_auth');
  });

  it.each([RUN_ID, 'x', '%00', 'a/b'])('does not know %s: no run, or one of another job', async (id) => {
    await putRun(world);

    expect(await show(id)).toMatchObject({ status: 404, body: { error: 'run_not_found' } });
  });

  it('is answered where the tickets are not deployed', async () => {
    const { runId } = await putTaskRun(world);
    world = withTickets(world, undefined);

    expect((await show(runId)).body.run).toMatchObject({ status: 'completed', cursor_age_s: null });
  });
});

describe('GET /api/tasks/runs', () => {
  const list = async (query = '') => (await call(world, { path: `/api/tasks/runs${query}` })).body;

  beforeEach(async () => {
    const states = [
      { job: JobId.ticketSync },
      { job: JobId.ticketAnalysis, status: 'failed', error: error('claude_auth') },
      { status: 'failed', error: error('cancelled') },
      { status: 'interrupted', stage: 'wait_batch' },
      { status: 'interrupted', continuedBy: RUN_ID },
      { job: JobId.ticketSync, status: 'skipped', reason: 'Run x was under way.' },
    ] as const;
    for (const [index, state] of states.entries()) {
      await putTaskRun(world, { startedAt: NOW - 60_000 + index, ...state });
    }
    await putRun(world);
  });

  it('has the runs of the tickets, newest first, by what they came to', async () => {
    const { runs, next_cursor } = await list();

    expect(runs.map(({ task, status }: Record<string, unknown>) => [task, status])).toEqual([
      ['sync', 'skipped'],
      ['pipeline', 'interrupted'],
      ['pipeline', 'running'],
      ['pipeline', 'cancelled'],
      ['analyze', 'failed'],
      ['sync', 'completed'],
    ]);
    expect(next_cursor).toBeNull();
  });

  it.each([
    ['?task=sync', 2],
    ['?status=running', 1],
    ['?status=cancelled', 1],
    ['?status=failed&task=analyze', 1],
    ['?status=failed&task=pipeline', 0],
    ['?status=skipped', 1],
  ])('filters by %s', async (query, count) => {
    expect((await list(query)).runs).toHaveLength(count);
  });

  it('pages', async () => {
    const first = await list('?limit=4');
    const second = await list(`?limit=4&cursor=${first.next_cursor}`);

    expect([first.runs.length, second.runs.length, second.next_cursor]).toEqual([4, 2, null]);
    const ids = [...first.runs, ...second.runs].map(({ run_id }) => run_id);
    expect(new Set(ids).size).toBe(6);
  });

  it.each(['task=pipelines', 'status=success', 'limit=0', 'job=x', 'cursor='])(
    'refuses ?%s',
    async (query) => {
      expect(await list(`?${query}`)).toMatchObject({ error: 'validation_failed' });
    },
  );
});
