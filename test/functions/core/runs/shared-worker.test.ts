import { beforeEach, describe, expect, it } from 'vitest';
import { OutOfTimeError } from '#core/errors.ts';
import { type RunContext, type RunRequest, runJob } from '#core/runs/job-run.ts';
import { LEASE_MS } from '#core/runs/lease.ts';
import { requestedRun } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { createJobRunner, type JobRunner } from './job-runner.ts';

const WORKER = 'tickets';

describe('runs of several jobs under one lease', () => {
  let clock: JobRunner['clock'];
  let deps: JobRunner['deps'];
  let wentOn: JobRunner['wentOn'];

  beforeEach(() => {
    ({ clock, deps, wentOn } = createJobRunner());
  });

  const request = (job: string, more: Partial<RunRequest> = {}): RunRequest => ({
    job,
    runId: newRunId(clock.now(), Math.random),
    trigger: 'schedule',
    enabled: true,
    worker: WORKER,
    ...more,
  });
  const nothing = async () => ({});
  const until = (context: RunContext) =>
    new Promise<never>((_, reject) => {
      context.signal.addEventListener('abort', () => reject(context.signal.reason));
    });
  const lasting = (ms: number) => async (context: RunContext) => {
    await clock.sleep(ms, context.signal);
    return {};
  };

  it('lets one of them run at a time, and counts them as one worker', async () => {
    const first = runJob(deps, request('ticket_sync'), lasting(5_000));
    await clock.advance(100);
    const second = await runJob(deps, request('daily_sync'), nothing);
    expect(second).toMatchObject({ status: 'skipped', skipReason: 'already_running' });
    expect(second.blockedBy).toBe((await deps.jobs.state(WORKER)).runningRunId);
    expect(await clock.run(first)).toMatchObject({ status: 'success', job: 'ticket_sync' });
    expect(await deps.jobs.state(WORKER)).toMatchObject({ totalRuns: 1, successfulRuns: 1 });
    expect(await deps.jobs.state('ticket_sync')).toMatchObject({ totalRuns: 0 });
  });

  describe('a run that has a record before it begins', () => {
    const asked = async (stops?: number) => {
      const wanted = request('ticket_sync', { trigger: 'manual' });
      const run = requestedRun({ ...wanted, unit: 'tickets' }, clock.now(), stops);
      await deps.runs.put(run, clock.now() + 3_600_000);
      return wanted;
    };

    it('goes on with it', async () => {
      const wanted = await asked();
      const run = await clock.run(runJob(deps, wanted, nothing));
      expect(run).toMatchObject({ runId: wanted.runId, status: 'success', invocations: 1 });
    });

    it('is skipped like any other while another one runs, and tells so', async () => {
      const first = runJob(deps, request('daily_sync'), lasting(5_000));
      await clock.advance(100);
      const run = await runJob(deps, await asked(), nothing);
      expect(run).toMatchObject({ status: 'skipped', skipReason: 'already_running' });
      expect(await deps.runs.get(run.runId, clock.now())).toEqual(run);
      await clock.run(first);
    });

    it('is skipped where the settings switch it off, and counts as no failure', async () => {
      const run = await runJob(deps, { ...(await asked()), enabled: false }, nothing);
      expect(run).toMatchObject({ status: 'skipped', skipReason: 'disabled' });
      expect(await deps.jobs.state(WORKER)).toMatchObject({ failedRuns: 0 });
    });

    it('starts by hand although the job is stopped, as one without a record does', async () => {
      await deps.jobs.setOverride('ticket_sync', { enabled: false });
      const { override } = await deps.jobs.state('ticket_sync');
      const run = await clock.run(runJob(deps, await asked(override?.stops), nothing));
      expect(run).toMatchObject({ status: 'success' });
    });

    it('fails where it was cancelled before it began', async () => {
      const wanted = await asked();
      await deps.jobs.cancel(WORKER, wanted.runId);
      const run = await clock.run(runJob(deps, wanted, nothing));
      expect(run).toMatchObject({ status: 'failed', error: { code: 'cancelled' } });
    });
  });

  it('waits for the lease as long as it is patient', async () => {
    const first = runJob(deps, request('ticket_sync'), lasting(30_000));
    await clock.advance(100);
    const patient = runJob(deps, request('daily_sync', { patienceMs: 60_000 }), nothing);
    expect(await clock.run(patient)).toMatchObject({ status: 'success', job: 'daily_sync' });
    await first;
  });

  it('is skipped when its patience is at an end', async () => {
    const first = runJob(deps, request('ticket_sync'), lasting(30_000));
    await clock.advance(100);
    const impatient = runJob(deps, request('daily_sync', { patienceMs: 10_000 }), nothing);
    expect(await clock.run(impatient)).toMatchObject({ status: 'skipped', skipReason: 'already_running' });
    await clock.run(first);
  });

  it('leaves a minute of its invocation to the work, however patient it is', async () => {
    const first = runJob(deps, request('ticket_sync'), lasting(30_000));
    await clock.advance(100);
    const hurried = { ...deps, remainingMs: () => 65_000 };
    const run = runJob(hurried, request('daily_sync', { patienceMs: 3_600_000 }), nothing);
    expect(await clock.run(run)).toMatchObject({ status: 'skipped' });
    await clock.run(first);
  });

  it('does not begin after the time by which it had to, unless by hand or when it goes on', async () => {
    const startBy = clock.now() - 1;
    expect(await runJob(deps, request('daily_sync', { startBy }), nothing)).toMatchObject({
      status: 'skipped',
      skipReason: 'misfired',
    });
    expect(await runJob(deps, request('daily_sync', { startBy: clock.now() }), nothing)).toMatchObject({
      status: 'success',
    });
    const byHand = request('daily_sync', { startBy, trigger: 'manual' });
    expect(await runJob(deps, byHand, nothing)).toMatchObject({ status: 'success' });
    const paused = request('daily_sync');
    await runJob(deps, paused, async () => ({ pause: { reason: 'A batch is open.' } }));
    expect(await runJob(deps, { ...paused, startBy }, nothing)).toMatchObject({ status: 'success' });
  });

  it('gives the lease back while it is paused, then goes on as the same run', async () => {
    const asked = request('daily_sync');
    const resumed: string[] = [];
    const paused = await runJob(deps, asked, async (context) => {
      context.enter('sync');
      context.report({ done: 3, total: 3, unit: 'tickets' }, { new: 3 });
      context.note({ stage: 'sync', code: 'zendesk_malformed', message: 'Odd.', record: '7' });
      return { pause: { reason: 'A batch is open.', resume: async () => void resumed.push('resumed') } };
    });
    expect(paused).toMatchObject({ status: 'interrupted', reason: 'A batch is open.', stage: 'sync' });
    expect(resumed).toEqual(['resumed']);
    expect(wentOn).toEqual([]);
    expect(await runJob(deps, request('ticket_sync'), nothing)).toMatchObject({ status: 'success' });

    const ended = await runJob(deps, asked, async (context) => {
      expect(context.begun).toMatchObject({ counts: { new: 3 }, stage: 'sync', invocations: 2 });
      context.enter('analyse');
      return {};
    });
    expect(ended).toMatchObject({
      status: 'success',
      stage: 'analyse',
      notes: [{ code: 'zendesk_malformed', record: '7' }],
    });
    expect(await deps.jobs.state(WORKER)).toMatchObject({ totalRuns: 2, successfulRuns: 2 });
  });

  it('keeps the first twenty notes', async () => {
    const run = await runJob(deps, request('ticket_sync'), async (context) => {
      for (let n = 0; n < 30; n += 1) context.note({ stage: 'sync', code: 'c', message: `${n}` });
      return {};
    });
    expect(run.notes).toHaveLength(20);
    expect(run.notes?.at(-1)?.message).toBe('19');
  });

  it('ends where it is when it is cancelled, and no other run does', async () => {
    const asked = request('daily_sync');
    const running = runJob(deps, asked, until);
    await clock.advance(100);
    await deps.jobs.cancel(WORKER, newRunId(clock.now(), Math.random));
    await clock.advance(LEASE_MS);
    expect((await deps.runs.get(asked.runId, clock.now()))?.status).toBe('running');
    await deps.jobs.cancel(WORKER, asked.runId);
    expect(await clock.run(running)).toMatchObject({ status: 'failed', error: { code: 'cancelled' } });
    expect(await runJob(deps, request('ticket_sync'), nothing)).toMatchObject({ status: 'success' });
  });

  it('ends a paused run that was cancelled as soon as it is woken', async () => {
    const asked = request('daily_sync');
    await runJob(deps, asked, async () => ({ pause: { reason: 'A batch is open.' } }));
    await deps.jobs.cancel(WORKER, asked.runId);
    let isCarriedOut = false;
    const run = await runJob(deps, asked, async () => {
      isCarriedOut = true;
      return {};
    });
    expect(run).toMatchObject({ status: 'failed', error: { code: 'cancelled' } });
    expect(isCarriedOut).toBe(false);
  });

  it('ends when its own job is stopped, not when another of the worker is', async () => {
    const running = runJob(deps, request('daily_sync'), until);
    await clock.advance(100);
    await deps.jobs.setOverride('ticket_sync', { enabled: false });
    await clock.advance(LEASE_MS);
    await deps.jobs.setOverride('daily_sync', { enabled: false });
    expect(await clock.run(running)).toMatchObject({ status: 'failed', error: { code: 'stopped' } });
  });

  it('says why it is disabled in the words that it was given', async () => {
    const off = request('ticket_sync', { enabled: false, disabledReason: 'TICKETS_ENABLED is false.' });
    expect(await runJob(deps, off, nothing)).toMatchObject({
      skipReason: 'disabled',
      reason: 'TICKETS_ENABLED is false.',
    });
  });

  it('goes on as often as its own limits allow', async () => {
    const limited = { ...deps, limits: { maxMs: 3_600_000, maxInvocations: 2 } };
    const asked = request('ticket_sync');
    const outOfTime = async (context: RunContext) => {
      context.advanced();
      throw new OutOfTimeError('Page 7 was next.');
    };
    expect(await runJob(limited, asked, outOfTime)).toMatchObject({ status: 'interrupted' });
    expect(await runJob(limited, asked, outOfTime)).toMatchObject({
      status: 'failed',
      error: { code: 'run_too_long' },
    });
  });

  it('does not begin a run again that has ended while it waited for the lease', async () => {
    const twice = request('daily_sync', { patienceMs: 60_000 });
    const first = runJob(deps, twice, lasting(5_000));
    await clock.advance(100);
    let works = 0;
    const second = runJob(deps, twice, async () => {
      works += 1;
      return {};
    });
    expect(await clock.run(first)).toMatchObject({ status: 'success', invocations: 1 });
    expect(await clock.run(second)).toMatchObject({ status: 'success', invocations: 1 });
    expect(works).toBe(0);
    expect(await deps.jobs.acquire(WORKER, 'another', clock.now(), LEASE_MS)).toBeDefined();
    expect(await deps.jobs.state(WORKER)).toMatchObject({ totalRuns: 1 });
  });
});
