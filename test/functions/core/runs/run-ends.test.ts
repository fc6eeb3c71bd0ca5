import { beforeEach, describe, expect, it } from 'vitest';
import { MarketplaceUnavailableError, OutOfTimeError, RateLimitedError } from '#core/errors.ts';
import { MAX_INVOCATIONS, MAX_RUN_MS } from '#core/runs/end-run.ts';
import { type RunContext, runJob } from '#core/runs/job-run.ts';
import { LEASE_MS } from '#core/runs/lease.ts';
import type { Run, RunTrigger } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { createJobRunner, type JobRunner } from './job-runner.ts';

const JOB = 'skill-sync-atom-saas';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let clock: JobRunner['clock'];
let deps: JobRunner['deps'];
let wentOn: JobRunner['wentOn'];

beforeEach(() => {
  ({ clock, deps, wentOn } = createJobRunner());
});

const request = (trigger: RunTrigger = 'schedule', over: { enabled?: boolean; runId?: string } = {}) => ({
  job: JOB,
  runId: newRunId(clock.now(), Math.random),
  trigger,
  enabled: true,
  ...over,
});
const run = (
  event: ReturnType<typeof request>,
  work: (context: RunContext) => Promise<object>,
): Promise<Run> => clock.run(runJob(deps, event, work));
const nothing = async () => ({});
const failWith = (error: Error) => async () => {
  throw error;
};
const untilStopped = ({ signal }: RunContext) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
/** Work that gets a little further and is out of time then. */
const outOfTime = async (context: RunContext) => {
  context.advanced();
  context.report({ done: 3, total: 9, unit: 'skills' }, { added: 3 });
  throw new OutOfTimeError('no time');
};

describe('A run that is out of time', () => {
  it('goes on in another invocation when it got further', async () => {
    const event = request();
    expect(await run(event, outOfTime)).toMatchObject({ status: 'interrupted', reason: 'no time' });
    expect(wentOn).toEqual([event.runId]);
    expect(await run(event, nothing)).toMatchObject({ status: 'success', invocations: 2 });
  });

  it.each([1, 2, 5])('fails when it got nowhere in invocation %d, and says what it waited for', async (n) => {
    const event = request('manual');
    for (let before = 1; before < n; before += 1) await run(event, outOfTime);
    const last = await run(event, failWith(new OutOfTimeError('Page 7 was next.')));
    expect(last).toMatchObject({
      status: 'failed',
      invocations: n,
      error: { code: 'no_progress', retryable: true },
    });
    expect(last.error?.message).toContain('Page 7 was next.');
    expect(wentOn).toHaveLength(n - 1);
    expect(await deps.jobs.state(JOB)).toMatchObject({ lastStatus: 'failed', failedRuns: 1 });
    expect((await deps.jobs.state(JOB)).leaseUntil).toBeUndefined();
  });

  it('fails when it has gone on for as long as a cursor is good', async () => {
    const event = request();
    let last = await run(event, outOfTime);
    while (last.status === 'interrupted') {
      await clock.advance(5 * MINUTE);
      last = await run(event, outOfTime);
    }
    expect(last).toMatchObject({ error: { code: 'run_too_long' }, counts: { added: 3 } });
    expect(last.error?.message).toMatch(/^After 60 minutes and 13 invocations 3 of 9 skills/);
    expect(clock.now() - last.startedAt).toBe(MAX_RUN_MS);
  });

  it('fails after so many invocations, however short they are', async () => {
    const event = request();
    let last = await run(event, outOfTime);
    while (last.status === 'interrupted') last = await run(event, outOfTime);
    expect(last).toMatchObject({ error: { code: 'run_too_long' }, invocations: MAX_INVOCATIONS });
    expect(wentOn).toHaveLength(MAX_INVOCATIONS - 1);
  });
});

describe('A run that the marketplace asks to wait', () => {
  const asked = [
    new RateLimitedError('it answered 429', 300_000),
    new MarketplaceUnavailableError('it answered 503', { status: 503, retryAfterMs: 300_000 }),
  ];

  it.each(asked)('ends with its reason, and scheduled ones stay away until then: %s', async (error) => {
    expect(await run(request(), failWith(error))).toMatchObject({
      status: 'failed',
      error: { code: error.code },
    });
    expect(wentOn).toEqual([]);
    expect((await deps.jobs.state(JOB)).notBefore).toBe(clock.now() + 300_000);
    await clock.advance(4 * MINUTE);
    for (const trigger of ['schedule', 'catch_up'] as const) {
      expect(await run(request(trigger), nothing)).toMatchObject({
        status: 'skipped',
        skipReason: 'rate_limited',
      });
    }
    await clock.advance(MINUTE);
    expect((await run(request(), nothing)).status).toBe('success');
  });

  it('is tried at once by hand, and ends the wait when it goes well', async () => {
    await run(request(), failWith(asked[0]!));
    const before = clock.now();
    expect((await run(request('manual'), nothing)).status).toBe('success');
    expect(clock.now()).toBe(before);
    expect(await deps.jobs.state(JOB)).not.toHaveProperty('notBefore');
    expect((await run(request(), nothing)).status).toBe('success');
  });

  it('stays away as well when the marketplace told somebody else, unless it is started by hand', async () => {
    const until = clock.now() + 10 * MINUTE;
    deps = { ...deps, pausedUntil: async () => until };
    const skipped = await run(request(), nothing);
    expect(skipped).toMatchObject({ status: 'skipped', skipReason: 'rate_limited' });
    expect(skipped.reason).toContain(new Date(until).toISOString());
    expect(await deps.jobs.state(JOB)).toMatchObject({ totalRuns: 0 });
    expect((await run(request('manual'), nothing)).status).toBe('success');
  });

  it('is waited for when it is short', async () => {
    const until = clock.now() + 20_000;
    deps = { ...deps, pausedUntil: async () => (clock.now() < until ? until : 0) };
    expect((await run(request(), nothing)).status).toBe('success');
    expect(clock.now()).toBe(until);
  });

  it('ends one that was interrupted, so that it does not look as if it went on', async () => {
    const event = request();
    await run(event, outOfTime);
    deps = { ...deps, pausedUntil: async () => clock.now() + 10 * MINUTE };
    expect(await run(event, nothing)).toMatchObject({
      status: 'failed',
      error: { code: 'rate_limited' },
      counts: { added: 3 },
    });
    expect((await deps.jobs.state(JOB)).notBefore).toBe(clock.now() + 10 * MINUTE);
  });

  it('takes a wait that is longer than any for one of a wrong clock', async () => {
    await run(request(), failWith(new RateLimitedError('it answered 429', 3 * HOUR)));
    expect((await run(request(), nothing)).status).toBe('success');
  });
});

describe('The emergency stop', () => {
  it.each(['schedule', 'manual', 'catch_up'] as const)(
    'ends a run under way within a lease: %s',
    async (trigger) => {
      const event = request(trigger);
      const running = runJob(deps, event, (context) => {
        context.report({ done: 3, total: 9, unit: 'skills' }, { added: 3 });
        return untilStopped(context);
      });
      await clock.advance(20_000);
      const stoppedAt = clock.now();
      await deps.jobs.setOverride(JOB, { enabled: false });
      const ended = await clock.run(running);
      expect(ended).toMatchObject({ status: 'failed', error: { code: 'stopped' }, counts: { added: 3 } });
      expect(ended.error?.message).toMatch(/An admin stopped this job/);
      expect(clock.now() - stoppedAt).toBeLessThanOrEqual(LEASE_MS);
      expect((await deps.jobs.state(JOB)).leaseUntil).toBeUndefined();
      expect(wentOn).toEqual([]);
    },
  );

  it.each(['schedule', 'manual'] as const)('ends a run that was to go on: %s', async (trigger) => {
    const event = request(trigger);
    await run(event, outOfTime);
    await deps.jobs.setOverride(JOB, { enabled: false });
    const ended = await run(event, failWith(new Error('must not run')));
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'stopped' }, counts: { added: 3 } });
    expect(await deps.runs.get(event.runId, clock.now())).toEqual(ended);
    expect((await deps.jobs.state(JOB)).leaseUntil).toBeUndefined();
  });

  it('leaves a run alone that was started by hand after it, until the next one', async () => {
    await deps.jobs.setOverride(JOB, { enabled: false });
    const event = request('manual');
    await run(event, outOfTime);
    expect(await run(event, outOfTime)).toMatchObject({ status: 'interrupted', invocations: 2 });
    const running = runJob(deps, event, untilStopped);
    await clock.advance(2 * LEASE_MS);
    await deps.jobs.setOverride(JOB, { enabled: false });
    expect(await clock.run(running)).toMatchObject({ status: 'failed', error: { code: 'stopped' } });
  });

  it('keeps scheduled runs from starting, as before', async () => {
    await deps.jobs.setOverride(JOB, { enabled: false });
    expect(await run(request(), nothing)).toMatchObject({ status: 'skipped', skipReason: 'stopped' });
    await deps.jobs.setOverride(JOB, { enabled: true });
    expect((await run(request(), nothing)).status).toBe('success');
  });

  it('does not touch a run of another job', async () => {
    const running = runJob(deps, request(), async (context) => {
      await clock.sleep(4 * LEASE_MS, context.signal);
      return {};
    });
    await clock.advance(1_000);
    await deps.jobs.setOverride('rating-sync-atom-saas', { enabled: false });
    expect((await clock.run(running)).status).toBe('success');
  });

  it('ends a run that was to go on when the marketplace was switched off', async () => {
    const event = request('manual');
    await run(event, outOfTime);
    const ended = await run({ ...event, enabled: false }, failWith(new Error('must not run')));
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'stopped' } });
    expect(ended.error?.message).toContain('ATOM_SAAS_ENABLED');
  });

  it('leaves an event that comes twice alone while the first is worked off', async () => {
    const event = request();
    const running = runJob(deps, event, untilStopped);
    await clock.advance(1_000);
    await deps.jobs.setOverride(JOB, { enabled: false });
    expect((await runJob(deps, event, nothing)).status).toBe('running');
    expect(await clock.run(running)).toMatchObject({ status: 'failed', error: { code: 'stopped' } });
    expect((await deps.jobs.state(JOB)).failedRuns).toBe(1);
  });
});

describe('A clock that was wrong', () => {
  it('blocks nobody by a lease that it took', async () => {
    const ahead = { ...deps, now: () => clock.now() + 5 * HOUR };
    void runJob(ahead, request(), untilStopped);
    await clock.advance(1);
    expect((await run(request(), nothing)).status).toBe('success');
  });

  it('lets a run keep its lease when it is set back in the middle', async () => {
    let backMs = 0;
    const settable = { ...deps, now: () => clock.now() - backMs };
    const running = runJob(settable, request(), async (context) => {
      await clock.sleep(6 * LEASE_MS, context.signal);
      return {};
    });
    await clock.advance(LEASE_MS);
    backMs = 2 * HOUR;
    await clock.advance(2_000);
    expect((await deps.jobs.state(JOB)).leaseUntil).toBeLessThanOrEqual(settable.now() + LEASE_MS);
    expect((await runJob(settable, request(), nothing)).skipReason).toBe('already_running');
    expect((await clock.run(running)).status).toBe('success');
  });
});
