import { beforeEach, describe, expect, it } from 'vitest';
import { JobId } from '#core/runs/run.ts';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import {
  putLiveRun,
  putTaskRun,
  withTicketSchedules,
  withTickets,
} from '#test/functions/admin-api/fill-tickets.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

const start = (world: World, task: string, body?: unknown) =>
  call(world, { method: 'POST', path: `/api/tasks/${task}`, body });
const worker = async (world: World) =>
  (await call(world, { path: '/api/tasks/worker/status', token: 'SUPERVISED' })).body;
const failure = (code: string, message: string) => ({ error: { code, message, retryable: false } });

let world: World;
beforeEach(() => {
  world = createWorld();
});

describe('GET /api/tasks/scheduler/status', () => {
  const schedules = async () => (await call(world, { path: '/api/tasks/scheduler/status' })).body;

  it('is a bare list in the words of APScheduler', async () => {
    world = withTicketSchedules(world);

    expect(await schedules()).toEqual([
      {
        id: 'ticket_sync',
        name: 'Zendesk sync',
        next_run: '2026-02-19T11:10:00.000Z',
        trigger: 'interval[1:00:00]',
      },
      {
        id: 'daily_sync',
        name: 'Daily Zendesk Sync',
        next_run: '2026-02-20T02:00:00.000Z',
        trigger: "cron[hour='2', minute='0']",
      },
    ]);
  });

  it('has no next run for a job that was stopped', async () => {
    world = withTicketSchedules(world);
    await world.stores.jobs.setOverride(JobId.dailySync, { enabled: false });

    expect(await schedules()).toMatchObject([{ next_run: expect.any(String) }, { next_run: null }]);
  });

  it('is empty where the tickets are not deployed', async () => {
    expect(await schedules()).toEqual([]);
  });
});

describe('GET /api/tasks/worker/status', () => {
  it('is idle before the first run, with exactly the fields of the contract', async () => {
    expect(await worker(world)).toEqual({
      status: 'idle',
      progress: { stage: null, done: 0, total: null, unit: 'tickets', percent: null },
      is_running: false,
      started_at: null,
      completed_at: null,
      last_result: null,
      last_error: null,
    });
  });

  it('tells how far a run is', async () => {
    await putTaskRun(world, { startedAt: NOW - 3_600_000, counts: { seen: 7, cost_micro_usd: 1_500 } });
    await putLiveRun(world, { stage: 'analyse', progress: { done: 30, total: 40, unit: 'tickets' } });

    expect(await worker(world)).toMatchObject({
      status: 'running',
      is_running: true,
      progress: { stage: 'analyse', done: 30, total: 40, percent: 75 },
      started_at: '2026-02-19T10:29:00.000Z',
      completed_at: null,
      last_result: { seen: 7, new: 0, cost_usd: 0.0015, tokens: { in: 0 } },
      last_error: null,
    });
  });

  it('runs while it waits for a batch, although nothing is at work', async () => {
    await putTaskRun(world, { status: 'interrupted', stage: 'wait_batch', endedAt: undefined });

    expect(await worker(world)).toMatchObject({
      status: 'running',
      is_running: true,
      progress: { stage: 'wait_batch' },
    });
  });

  it('is completed after a run, with what was noted of all of it', async () => {
    const note = { stage: 'analyse', code: 'claude_not_configured', message: 'Put a key into the secret.' };
    const ofTicket = { stage: 'sync', code: 'zendesk_forbidden', message: 'No.', record: '7' };
    await putTaskRun(world, { notes: [ofTicket, note] });

    expect(await worker(world)).toMatchObject({
      status: 'completed',
      is_running: false,
      progress: { percent: 100 },
      completed_at: '2026-02-19T10:29:30.000Z',
      last_error: 'Put a key into the secret.',
    });
  });

  it('has failed after a run that failed, one that was skipped since or not', async () => {
    const { error } = failure('zendesk_forbidden', 'The token needs an admin.');
    await putTaskRun(world, { status: 'failed', error });
    await putTaskRun(world, { status: 'skipped', startedAt: NOW, endedAt: NOW });

    expect(await worker(world)).toMatchObject({ status: 'failed', last_error: 'The token needs an admin.' });
  });

  it('has failed where the process of a run was killed, until the run goes on', async () => {
    await putLiveRun(world);
    expect(await worker(world)).toMatchObject({ status: 'running' });
    world.clock += 15_001;

    expect(await worker(world)).toMatchObject({
      status: 'failed',
      is_running: false,
      last_error: expect.stringMatching(/ended without a word/),
    });
  });

  it('knows a run that ended long ago', async () => {
    await putTaskRun(world, { startedAt: NOW - 20 * 86_400_000, counts: { seen: 3 } });

    expect(await worker(world)).toMatchObject({ status: 'completed', last_result: { seen: 3 } });
  });

  it.each([
    [undefined, /ZENDESK_SUBDOMAIN/],
    [{ enabled: false }, /TICKETS_ENABLED/],
  ])('is idle and says what to set where the settings are %o', async (settings, said) => {
    await putTaskRun(world);

    expect(await worker(withTickets(world, settings))).toMatchObject({
      status: 'idle',
      is_running: false,
      last_error: expect.stringMatching(said),
    });
  });
});

describe('What a task is asked to do', () => {
  it.each([
    ['sync', { backfill_days: 730 }],
    ['analyze', { batch_size: 10_000 }],
    ['pipeline', { backfill_days: 1, dry_run: false }],
  ])('is handed on by %s', async (task, body) => {
    const { body: answer } = await start(world, task, body);
    const { dry_run: _none, ...parameters } = body as { dry_run?: boolean };

    expect(world.ticketRuns[0]?.request).toEqual({
      ...{ trigger: 'manual', run_id: answer.run_id, task },
      ...parameters,
    });
  });
});
