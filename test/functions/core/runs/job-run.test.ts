import { beforeEach, describe, expect, it } from 'vitest';
import { LeaseLostError, OutOfTimeError, StorageError } from '#core/errors.ts';
import { type RunContext, runJob } from '#core/runs/job-run.ts';
import { LEASE_MS } from '#core/runs/lease.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { createJobRunner, type JobRunner } from './job-runner.ts';

const JOB = 'cache-cleanup';

describe('Function: runJob', () => {
  let clock: JobRunner['clock'];
  let deps: JobRunner['deps'];
  let wentOn: JobRunner['wentOn'];

  beforeEach(() => {
    ({ clock, deps, wentOn } = createJobRunner());
  });

  const request = (runId = newRunId(clock.now(), Math.random)) =>
    ({ job: JOB, runId, trigger: 'schedule', enabled: true }) as const;
  const nothing = async () => ({});
  const until = (context: RunContext) =>
    new Promise<never>((_, reject) => {
      context.signal.addEventListener('abort', () => reject(context.signal.reason));
    });

  it('keeps its lease by the clock while the work waits for an answer', async () => {
    const running = runJob(deps, request(), async (context) => {
      await clock.sleep(10 * LEASE_MS, context.signal);
      return {};
    });
    for (let i = 0; i < 9; i += 1) {
      await clock.advance(LEASE_MS);
      expect((await runJob(deps, request(), nothing)).skipReason).toBe('already_running');
    }
    expect((await clock.run(running)).status).toBe('success');
  });

  it('leaves the record to the run of the same event that began while it looked', async () => {
    // Prepare: the record is not there yet for the second, and is written before the second writes its own.
    const twice = request();
    const begun = runJob(deps, twice, (context) => until(context));
    begun.catch(() => undefined);
    await clock.advance(100);
    let reads = 0;
    const runs = {
      ...deps.runs,
      get: async (runId: string, now: number) => {
        reads += 1;
        return reads === 1 ? undefined : deps.runs.get(runId, now);
      },
    };

    // Act
    const second = await runJob({ ...deps, runs }, twice, nothing);

    // Assess
    expect(second).toMatchObject({ runId: twice.runId, status: 'running' });
    expect(await deps.runs.get(twice.runId, clock.now())).toMatchObject({ status: 'running' });
  });

  it('leaves no timer behind', async () => {
    await clock.run(runJob(deps, request(), nothing));
    expect(clock.pending()).toBe(0);
  });

  it('shows progress in the record while it runs', async () => {
    const { runId, ...rest } = request();
    const running = runJob(deps, { runId, ...rest }, async (context) => {
      context.report({ done: 3, total: 9, unit: 'skills' }, { added: 3 });
      await clock.sleep(5_000, context.signal);
      return {};
    });
    await clock.advance(1_500);
    expect(await deps.runs.get(runId, clock.now())).toMatchObject({
      status: 'running',
      progress: { done: 3, total: 9, unit: 'skills' },
      counts: { added: 3 },
    });
    await clock.run(running);
  });

  it('stops the work when someone else took the lease, and writes nothing more', async () => {
    const first = request();
    const running = runJob(deps, first, until);
    await clock.advance(1_000);
    // The holder was frozen for longer than its lease: another one took over meanwhile.
    const other = await deps.jobs.acquire(
      JOB,
      newRunId(clock.now(), Math.random),
      clock.now() + LEASE_MS,
      LEASE_MS,
    );
    expect(other?.fence).toBe(2);
    expect((await clock.run(running)).status).toBe('interrupted');
    expect(await deps.jobs.state(JOB)).toMatchObject({ runningRunId: other?.runId, totalRuns: 0 });
  });

  it('stops the work when the lease could not be renewed in time', async () => {
    deps = {
      ...deps,
      jobs: {
        ...deps.jobs,
        renew: async () => {
          throw new StorageError('the table does not answer');
        },
      },
    };
    const began = clock.now();
    const run = await clock.run(runJob(deps, request(), until));
    expect(run.status).toBe('interrupted');
    expect(clock.now() - began).toBeLessThan(LEASE_MS);
  });

  it('stops the work while there is time to save, and goes on in another invocation', async () => {
    const end = clock.now() + 30_000;
    deps = { ...deps, remainingMs: () => end - clock.now() };
    const work = (context: RunContext) => {
      context.advanced();
      return until(context);
    };
    const run = await clock.run(runJob(deps, request(), work));
    expect(run.status).toBe('interrupted');
    expect(clock.now()).toBeLessThan(end);
    expect(wentOn).toEqual([run.runId]);
    expect((await deps.jobs.state(JOB)).leaseUntil).toBeUndefined();
  });

  it('copes with an invocation that has no time at all', async () => {
    deps = { ...deps, remainingMs: () => 0 };
    const run = await clock.run(runJob(deps, request(), until));
    expect(run).toMatchObject({ status: 'failed', error: { code: 'no_progress' } });
    expect(wentOn).toEqual([]);
  });

  it('counts a run whose process died between its record and its lease', async () => {
    const dying = { ...deps, jobs: { ...deps.jobs, finish: () => Promise.reject(new StorageError('dead')) } };
    await expect(clock.run(runJob(dying, request(), nothing))).rejects.toBeInstanceOf(StorageError);
    expect((await deps.jobs.state(JOB)).totalRuns).toBe(0);
    await clock.advance(LEASE_MS);
    await clock.run(runJob(deps, request(), nothing));
    expect(await deps.jobs.state(JOB)).toMatchObject({ totalRuns: 2, successfulRuns: 2 });
  });

  it('marks a run that died as interrupted and names the one that went on', async () => {
    const dead = request();
    void runJob(
      { ...deps, sleep: () => new Promise(() => undefined) },
      dead,
      () => new Promise<never>(() => undefined),
    );
    await clock.advance(LEASE_MS + 1);
    const next = await clock.run(runJob(deps, request(), nothing));
    expect(await deps.runs.get(dead.runId, clock.now())).toMatchObject({
      status: 'interrupted',
      continuedBy: next.runId,
    });
  });

  it('goes on with the same run when Lambda tries its event again', async () => {
    const event = request();
    let tries = 0;
    const work = async () => {
      tries += 1;
      return {};
    };
    void runJob(
      { ...deps, sleep: () => new Promise(() => undefined) },
      event,
      () => new Promise<never>(() => undefined),
    );
    await clock.advance(LEASE_MS + 1);
    const run = await clock.run(runJob(deps, event, work));
    expect(run).toMatchObject({ runId: event.runId, status: 'success', invocations: 2 });
    await clock.run(runJob(deps, event, work));
    expect(tries).toBe(1);
  });

  it('records a failure without what an unexpected error says', async () => {
    const run = await clock.run(
      runJob(deps, request(), async () => {
        throw new TypeError('token abc is odd');
      }),
    );
    expect(run).toMatchObject({ status: 'failed', error: { code: 'internal_error' } });
    expect(JSON.stringify(run)).not.toContain('abc');
    expect(await deps.jobs.state(JOB)).toMatchObject({ failedRuns: 1, lastStatus: 'failed' });
  });

  it('records a run that is disabled and does not start it', async () => {
    const run = await runJob(deps, { ...request(), enabled: false }, async () => {
      throw new OutOfTimeError('must not run');
    });
    expect(run).toMatchObject({ status: 'skipped', skipReason: 'disabled' });
    expect((await deps.jobs.state(JOB)).totalRuns).toBe(0);
  });

  it('lets exactly one of many that start at once run', async () => {
    const runs = Array.from({ length: 20 }, () =>
      runJob(deps, request(), async (context) => {
        await clock.sleep(3_000, context.signal);
        return {};
      }),
    );
    const ended = await clock.run(Promise.all(runs));
    expect(ended.filter(({ status }) => status === 'success')).toHaveLength(1);
    expect(ended.filter(({ status }) => status === 'skipped')).toHaveLength(19);
  });

  it('refuses the late write of a former holder', async () => {
    const lease = await deps.jobs.acquire(JOB, newRunId(clock.now(), Math.random), clock.now(), LEASE_MS);
    await clock.advance(LEASE_MS);
    await clock.run(runJob(deps, request(), nothing));
    await expect(deps.jobs.renew(lease!, clock.now() + LEASE_MS)).rejects.toBeInstanceOf(LeaseLostError);
  });
});
