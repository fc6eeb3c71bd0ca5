import { describeFailure, LeaseLostError, OutOfTimeError, RateLimitedError } from './errors.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { JobOutcome, JobState, JobStore, Lease, Log, Now, RunStore, Sleep } from './ports.ts';
import { isEnded, type Run, type RunProgress, type RunTrigger, SkipReason } from './run.ts';

/** How long a lease lasts without a heartbeat: a crashed holder is replaced after this. */
export const LEASE_MS = 15_000;
/** Run records are kept this long. */
export const RUN_RETENTION_MS = 30 * 24 * 3_600_000;
/** A marketplace's wish to be left alone is waited for up to this; a longer one skips the run. */
const MAX_PATIENCE_MS = 30_000;

export type JobRunDeps = {
  readonly jobs: JobStore;
  readonly runs: RunStore;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly log: Log;
  /** Milliseconds left for this invocation. */
  readonly remainingMs: () => number;
  /** Starts a new invocation that goes on with the run. */
  readonly goOn: (runId: string) => Promise<void>;
};

export type RunRequest = {
  readonly job: string;
  readonly runId: string;
  readonly trigger: RunTrigger;
  /** False records the run as skipped, reason `disabled`. */
  readonly enabled: boolean;
};

/** What a job's work sees of the run that it is. */
export type RunContext = {
  readonly runId: string;
  readonly lease: Lease;
  /** The job's state as it was when the lease was taken. */
  readonly state: JobState;
  /** Aborts when the lease is lost or the invocation's time is up; its reason is the error to fail with. */
  readonly signal: AbortSignal;
  readonly remainingMs: () => number;
  /** Keeps the record's progress and counts; written with the next heartbeat. */
  report(progress: RunProgress, counts: Readonly<Record<string, number>>): void;
  /** Names the run whose cursor this one goes on from. */
  continueFrom(runId: string): void;
};

/** What the work leaves in the job's state when it succeeds. */
export type WorkResult = { readonly skillsCount?: number; readonly categoriesCount?: number };

/**
 * Runs a job once: takes the lease, keeps it by heartbeats, keeps the run's record, counts the outcome and
 * gives the lease back. One at a time over all processes; whoever comes second is recorded as skipped.
 *
 * The record is written before the lease is given back. Should the process die between the two, the next
 * run finds an ended record under an expired lease and counts it then: each run is counted once.
 *
 * @returns the run as it stands; work that fails is a failed run, not a thrown error
 * @throws StorageError when not even the record can be written (Lambda's retry then goes on with the same run)
 */
export async function runJob(
  deps: JobRunDeps,
  request: RunRequest,
  work: (context: RunContext) => Promise<WorkResult>,
): Promise<Run> {
  const existing = await deps.runs.get(request.runId, new Date(deps.now()));
  if (existing && isEnded(existing)) return existing;
  if (!request.enabled)
    return skip(deps, request, existing, SkipReason.disabled, 'ATOM_SAAS_ENABLED is false.');

  const state = await deps.jobs.state(request.job);
  if (state.override?.enabled === false && request.trigger !== 'manual') {
    return skip(
      deps,
      request,
      existing,
      SkipReason.stopped,
      'An admin stopped this job; only manual runs start.',
    );
  }
  const patience = (state.notBefore ?? 0) - deps.now();
  if (patience > MAX_PATIENCE_MS)
    return skip(deps, request, existing, SkipReason.rateLimited, askedToWait(state));
  if (patience > 0) await deps.sleep(patience);

  const previous = await settlePrevious(deps, state, request.runId);
  const lease = await deps.jobs.acquire(request.job, request.runId, deps.now(), LEASE_MS);
  if (!lease) return standBack(deps, request, existing);
  if (previous) await handOver(deps, previous, lease);

  const run: Run = {
    ...(existing ?? newRun(request, deps.now())),
    status: 'running',
    invocations: (existing?.invocations ?? 0) + 1,
    fence: lease.fence,
  };
  return carryOut(deps, { ...run, reason: undefined }, lease, await deps.jobs.state(request.job), work);
}

async function carryOut(
  deps: JobRunDeps,
  started: Run,
  lease: Lease,
  state: JobState,
  work: (context: RunContext) => Promise<WorkResult>,
): Promise<Run> {
  let run = started;
  await putRun(deps, run);
  const heartbeat = startHeartbeat(deps, lease, LEASE_MS, () => putRun(deps, run));
  const context: RunContext = {
    runId: run.runId,
    lease,
    state,
    signal: heartbeat.signal,
    remainingMs: deps.remainingMs,
    report(progress, counts) {
      run = { ...run, progress, counts };
      heartbeat.changed();
    },
    continueFrom(runId) {
      run = { ...run, continues: runId };
    },
  };
  const outcome = await settle(() => work(context));
  await heartbeat.stop();
  return end(deps, run, lease, heartbeat.lost() ?? outcome);
}

type Settled = { readonly result: WorkResult } | { readonly error: unknown };

async function settle(work: () => Promise<WorkResult>): Promise<Settled> {
  try {
    return { result: await work() };
  } catch (error) {
    return { error };
  }
}

async function end(deps: JobRunDeps, run: Run, lease: Lease, settled: Settled): Promise<Run> {
  const endedAt = deps.now();
  const durationMs = endedAt - run.startedAt;
  if ('result' in settled) {
    const done: Run = { ...run, status: 'success', endedAt, error: undefined };
    await close(deps, done, lease, { status: 'success', endedAt, durationMs, ...settled.result });
    return done;
  }
  const { error } = settled;
  if (error instanceof LeaseLostError) {
    deps.log.warn('another invocation holds the lease now; this one stops', { run_id: run.runId });
    return { ...run, status: 'interrupted', reason: error.message };
  }
  if (error instanceof OutOfTimeError) return interrupt(deps, run, lease, error, endedAt);
  const failure = describeFailure(error);
  deps.log.error('run failed', { run_id: run.runId, error_code: failure.code, error });
  const failed: Run = { ...run, status: 'failed', endedAt, error: failure };
  const notBefore = error instanceof RateLimitedError ? endedAt + (error.retryAfterMs ?? 0) : undefined;
  await close(deps, failed, lease, { status: 'failed', endedAt, durationMs, error: failure, notBefore });
  return failed;
}

async function interrupt(
  deps: JobRunDeps,
  run: Run,
  lease: Lease,
  error: OutOfTimeError,
  endedAt: number,
): Promise<Run> {
  const interrupted: Run = { ...run, status: 'interrupted', reason: error.message };
  await close(deps, interrupted, lease, {
    status: 'interrupted',
    endedAt,
    durationMs: endedAt - run.startedAt,
  });
  await deps.goOn(run.runId);
  return interrupted;
}

async function close(deps: JobRunDeps, run: Run, lease: Lease, outcome: JobOutcome): Promise<void> {
  await putRun(deps, run);
  await deps.jobs.finish(lease, outcome);
}

/**
 * Looks at the run that held the lease last and never gave it back. One that had ended is counted now; one
 * that had not is returned, to be marked as interrupted once its lease is ours.
 */
async function settlePrevious(deps: JobRunDeps, state: JobState, runId: string): Promise<Run | undefined> {
  const { runningRunId, leaseUntil = 0 } = state;
  if (!runningRunId || runningRunId === runId || leaseUntil > deps.now()) return undefined;
  const previous = await deps.runs.get(runningRunId, new Date(deps.now()));
  if (!previous || previous.status === 'skipped') return undefined;
  if (previous.status !== 'success' && previous.status !== 'failed') return previous;
  const lease: Lease = { job: state.job, runId: runningRunId, fence: state.fence };
  const { status, endedAt = deps.now(), error } = previous;
  const durationMs = endedAt - previous.startedAt;
  await deps.jobs.finish(lease, { status, endedAt, durationMs, error }).catch((fault: unknown) => {
    if (!(fault instanceof LeaseLostError)) throw fault;
  });
  return undefined;
}

async function handOver(deps: JobRunDeps, previous: Run, lease: Lease): Promise<void> {
  await putRun(deps, {
    ...previous,
    status: 'interrupted',
    reason: 'Its invocation ended without a word; another run went on where it had stopped.',
    continuedBy: lease.runId,
    fence: lease.fence,
  });
}

/** Someone holds the lease. */
async function standBack(deps: JobRunDeps, request: RunRequest, existing: Run | undefined): Promise<Run> {
  const { runningRunId } = await deps.jobs.state(request.job);
  return skip(
    deps,
    request,
    existing,
    SkipReason.alreadyRunning,
    `Run ${runningRunId} was under way.`,
    runningRunId,
  );
}

/**
 * Records that the run did not start. One that has a record already (an event delivered twice, or an interrupted
 * run that may not go on now) keeps it as it is: what it did is in there, and the next run takes up its cursor.
 */
async function skip(
  deps: JobRunDeps,
  request: RunRequest,
  existing: Run | undefined,
  skipReason: SkipReason,
  reason: string,
  blockedBy?: string,
): Promise<Run> {
  if (existing) return existing;
  const now = deps.now();
  const run: Run = {
    ...newRun(request, now),
    status: 'skipped',
    endedAt: now,
    skipReason,
    reason,
    blockedBy,
  };
  deps.log.info('run skipped', { run_id: run.runId, reason: skipReason, blocked_by: blockedBy });
  await putRun(deps, run);
  return run;
}

function newRun(request: RunRequest, startedAt: number): Run {
  const { runId, job, trigger } = request;
  return {
    runId,
    job,
    trigger,
    status: 'running',
    startedAt,
    progress: { done: 0, total: undefined, unit: 'records' },
    counts: {},
    invocations: 0,
    fence: 0,
  };
}

function putRun(deps: JobRunDeps, run: Run): Promise<void> {
  return deps.runs.put(run, new Date(run.startedAt + RUN_RETENTION_MS));
}

function askedToWait(state: JobState): string {
  return `The marketplace asked not to be called before ${new Date(state.notBefore ?? 0).toISOString()}.`;
}
