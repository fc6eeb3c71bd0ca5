import { describe, expect, it } from 'vitest';
import {
  LeaseLostError,
  MarketplaceUnavailableError,
  OutOfTimeError,
  RateLimitedError,
  StoppedError,
} from '#core/errors.ts';
import {
  type EndDeps,
  endRun,
  MAX_INVOCATIONS,
  MAX_RUN_MS,
  putRun,
  RUN_RETENTION_MS,
  type WorkOutcome,
} from '#core/runs/end-run.ts';
import type { JobOutcome } from '#core/runs/job-store.ts';
import type { Run } from '#core/runs/run.ts';
import { SILENT } from '#test/engines/test-stores.ts';

const STARTED_AT = Date.UTC(2026, 2, 2, 9);
const RUN: Run = {
  runId: '01KJPWD6M00000000000000000',
  job: 'skill-sync-atom-saas',
  status: 'running',
  trigger: 'schedule',
  startedAt: STARTED_AT,
  progress: { done: 3, total: 9, unit: 'skills' },
  counts: { added: 3 },
  error: { code: 'internal_error', message: 'of an earlier invocation', retryable: true },
  invocations: 1,
  fence: 4,
};
const LEASE = { job: RUN.job, runId: RUN.runId, fence: RUN.fence };
const OUT_OF_TIME = new OutOfTimeError('Page 7 was next.');

type Scene = {
  /** Milliseconds since the run's start. */
  readonly after?: number;
  readonly advanced?: boolean;
  readonly run?: Partial<Run>;
  readonly failing?: Partial<EndDeps>;
};

/** Ends the run, and says what was written, in that order. */
async function end(outcome: WorkOutcome, scene: Scene = {}) {
  const calls: string[] = [];
  const records: { readonly run: Run; readonly expiresAt: number }[] = [];
  const outcomes: JobOutcome[] = [];
  const lines: Record<string, unknown>[] = [];
  const deps: EndDeps = {
    runs: {
      async put(run, expiresAt) {
        calls.push('record');
        records.push({ run, expiresAt });
      },
    },
    jobs: {
      async finish(lease, ended) {
        expect(lease).toEqual(LEASE);
        calls.push('lease');
        outcomes.push(ended);
      },
    },
    now: () => STARTED_AT + (scene.after ?? 90_000),
    log: { ...SILENT, info: (message, facts) => void lines.push({ message, ...facts }) },
    async continueInNewInvocation(runId) {
      calls.push(`continue ${runId}`);
    },
    ...scene.failing,
  };
  const ended = { run: { ...RUN, ...scene.run }, lease: LEASE };
  const run = await endRun(deps, ended, outcome, scene.advanced ?? false);
  return { run, calls, record: records[0], job: outcomes[0], lines };
}

describe('A run whose work succeeds', () => {
  it('is recorded before its lease is given back, and no error of an earlier invocation stays', async () => {
    const { run, calls, record, job } = await end({ result: { skillsCount: 9 } });
    expect(calls).toEqual(['record', 'lease']);
    expect(run).toEqual({ ...RUN, status: 'success', endedAt: STARTED_AT + 90_000, error: undefined });
    expect(record).toEqual({ run, expiresAt: STARTED_AT + RUN_RETENTION_MS });
    const endedAt = STARTED_AT + 90_000;
    const { counts } = RUN;
    expect(job).toEqual({ status: 'success', endedAt, durationMs: 90_000, counts, skillsCount: 9 });
  });

  it('leaves one line, by which rates are drawn', async () => {
    const { lines } = await end({ result: { skillsCount: 9, categoriesCount: 2 } });
    const { runId: run_id, job, counts } = RUN;
    expect(lines).toEqual([
      {
        message: 'run ended',
        ...{ run_id, job, counts },
        status: 'success',
        duration_ms: 90_000,
        error_code: undefined,
        skills_count: 9,
        categories_count: 2,
      },
    ]);
    const failed = await end({ error: new MarketplaceUnavailableError('gone') });
    expect(failed.lines).toMatchObject([{ status: 'failed', error_code: 'marketplace_unavailable' }]);
    const interrupted = await end({ error: OUT_OF_TIME }, { advanced: true });
    expect(interrupted.lines).toEqual([]);
  });

  it('keeps its lease where the record can’t be written', async () => {
    const put = () => Promise.reject(new LeaseLostError('gone'));
    const ending = end({ result: {} }, { failing: { runs: { put }, jobs: { finish: neverCalled } } });
    await expect(ending).rejects.toThrow(LeaseLostError);
  });
});

describe('A run whose work fails', () => {
  it('is a failure, with what may be told of the error', async () => {
    const { run, calls, record, job } = await end(
      { error: new TypeError('token=secret') },
      { advanced: true },
    );
    expect(calls).toEqual(['record', 'lease']);
    expect(run).toMatchObject({ status: 'failed', endedAt: STARTED_AT + 90_000 });
    expect(run.error).toMatchObject({ code: 'internal_error', retryable: true });
    expect(record?.run).toEqual(run);
    expect(job).toMatchObject({ status: 'failed', durationMs: 90_000, error: run.error });
    expect(job?.notBefore).toBeUndefined();
  });

  it.each([
    new RateLimitedError('429', 300_000),
    new MarketplaceUnavailableError('503', { retryAfterMs: 300_000 }),
  ])('keeps the job away for as long as the marketplace asked: %s', async (error) => {
    const { job } = await end({ error });
    expect(job?.notBefore).toBe(STARTED_AT + 90_000 + 300_000);
  });

  it('does not go on, however far it got', async () => {
    const { run, calls } = await end({ error: new StoppedError('stopped') }, { advanced: true });
    expect(run.error?.code).toBe('stopped');
    expect(calls).toEqual(['record', 'lease']);
  });
});

describe('A run of which a part has failed', () => {
  const failure = { code: 'claude_auth', message: 'No such key.', retryable: false };

  it('fails with that when the rest is done', async () => {
    const { run, calls, job } = await end({ result: { failure } });
    expect(calls).toEqual(['record', 'lease']);
    expect(run).toMatchObject({ status: 'failed', error: failure, endedAt: STARTED_AT + 90_000 });
    expect(job).toMatchObject({ status: 'failed', error: failure, counts: RUN.counts });
  });

  it('has it on its record while the rest is to be done elsewhere', async () => {
    const pause = { reason: 'The rest is next.', resume: async () => undefined };
    const { run, record, job } = await end({ result: { failure, pause, sourceReadAt: 7 } });
    expect(run).toMatchObject({ status: 'interrupted', reason: pause.reason, error: failure });
    expect(record?.run).toEqual(run);
    expect(job).toMatchObject({ status: 'interrupted', sourceReadAt: 7 });
  });

  it('keeps it over another pause', async () => {
    const { run } = await end({ result: { pause: { reason: 'Later.' } } }, { run: { error: failure } });
    expect(run).toMatchObject({ status: 'interrupted', error: failure });
  });
});

describe('A run that has lost its lease', () => {
  it('writes nothing: the record and the lease are another invocation’s', async () => {
    const { run, calls } = await end({ error: new LeaseLostError('taken') }, { advanced: true });
    expect(calls).toEqual([]);
    expect(run).toEqual({ ...RUN, status: 'interrupted', reason: 'taken' });
  });
});

describe('A run that is out of time', () => {
  const outcome = { error: OUT_OF_TIME };

  it('goes on in another invocation, once it has been recorded and its lease given back', async () => {
    const { run, calls, record, job } = await end(outcome, { advanced: true });
    expect(calls).toEqual(['record', 'lease', `continue ${RUN.runId}`]);
    expect(run).toEqual({ ...RUN, status: 'interrupted', reason: 'Page 7 was next.' });
    expect(record?.run).toEqual(run);
    expect(job).toEqual({ status: 'interrupted', endedAt: STARTED_AT + 90_000, durationMs: 90_000 });
  });

  it('fails where it got nowhere', async () => {
    const { run, calls } = await end(outcome, { advanced: false });
    expect(calls).toEqual(['record', 'lease']);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'no_progress', retryable: true } });
    expect(run.error?.message).toContain('Page 7 was next.');
  });

  it.each([
    ['just before its longest time', MAX_RUN_MS - 1, 1, undefined],
    ['at its longest time', MAX_RUN_MS, 1, 'After 60 minutes and 1 invocations 3 of 9 skills were done'],
    ['before its last invocation', 0, MAX_INVOCATIONS - 1, undefined],
    [
      'in its last invocation',
      0,
      MAX_INVOCATIONS,
      'After 0 minutes and 24 invocations 3 of 9 skills were done',
    ],
  ])('is too long or not: %s', async (_what, after, invocations, message) => {
    const { run } = await end(outcome, { advanced: true, after, run: { invocations } });
    expect(run.status).toBe(message === undefined ? 'interrupted' : 'failed');
    if (message === undefined) return;
    expect(run.error?.code).toBe('run_too_long');
    expect(run.error?.message).toContain(message);
  });

  it('says so where nobody knows how much there is', async () => {
    const progress = { done: 3, total: undefined, unit: 'ratings' };
    const { run } = await end(outcome, { advanced: true, after: MAX_RUN_MS, run: { progress } });
    expect(run.error?.message).toContain('3 of an unknown number of ratings');
  });
});

describe('Function: putRun', () => {
  it('keeps a record for 30 days from the start of the run', async () => {
    let kept = 0;
    const put = async (run: Run, expiresAt: number) => {
      kept = expiresAt - run.startedAt;
    };
    await putRun({ runs: { put } }, RUN);
    expect(kept).toBe(30 * 24 * 3_600_000);
  });
});

async function neverCalled(): Promise<void> {
  throw new Error('The lease is given back.');
}
