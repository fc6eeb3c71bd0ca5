import {
  askedToWaitMs,
  describeFailure,
  type Failure,
  LeaseLostError,
  NoProgressError,
  OutOfTimeError,
  RunTooLongError,
} from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Now } from '#core/time/clock.ts';
import type { JobOutcome, JobStore, Lease } from './job-store.ts';
import type { Run } from './run.ts';
import type { RunStore } from './run-store.ts';

/** Run records are kept this long. */
export const RUN_RETENTION_MS = 30 * 24 * 3_600_000;
/**
 * The longest that a run goes on: as long as its cursor is any good, which is 6,000 requests at the marketplace's
 * rate. An hour has twelve invocations of five minutes; twice as many are room for those that were cut short.
 */
export const MAX_RUN_MS = 3_600_000;
export const MAX_INVOCATIONS = 24;

/** How long a run goes on, and over how many invocations. */
export type RunLimits = { readonly maxMs: number; readonly maxInvocations: number };
const DEFAULT_LIMITS: RunLimits = { maxMs: MAX_RUN_MS, maxInvocations: MAX_INVOCATIONS };

export type EndDeps = {
  readonly jobs: Pick<JobStore, 'finish'>;
  readonly runs: Pick<RunStore, 'put'>;
  readonly now: Now;
  readonly log: Log;
  /** Starts a new invocation that goes on with the run. */
  readonly continueInNewInvocation: (runId: string) => Promise<void>;
  /** @default - an hour and 24 invocations */
  readonly limits?: RunLimits;
};

/** What the work leaves in the job's state when it succeeds. */
export type WorkResult = {
  readonly skillsCount?: number;
  readonly categoriesCount?: number;
  /** When what the job copies from was read to its end, in milliseconds since 1970; kept of a pause as well. */
  readonly sourceReadAt?: number;
  /**
   * What went wrong for good although everything else was done. Whoever goes on after a pause finds it in the record;
   * without one the run fails with it.
   */
  readonly failure?: Failure | undefined;
  /** This invocation has done its part, and the run goes on elsewhere or later: it is no success yet. */
  readonly pause?: RunPause;
};

/** A run that gives its lease back before its end. */
type RunPause = {
  /** What it waits for, in words. */
  readonly reason: string;
  /** Has the run go on, after its lease was given back; nothing to do where a schedule or somebody else does. */
  readonly resume?: () => Promise<void>;
};

/** What the work came to. */
export type WorkOutcome = { readonly result: WorkResult } | { readonly error: unknown };

/**
 * Ends an invocation of a run: counts it as a success or a failure, or has it go on in another invocation. The record
 * is written before the lease is given back.
 *
 * @param advanced whether something was finished that the next invocation need not do again
 */
export async function endRun(
  deps: EndDeps,
  { run, lease }: { readonly run: Run; readonly lease: Lease },
  outcome: WorkOutcome,
  advanced: boolean,
): Promise<Run> {
  const endedAt = deps.now();
  const durationMs = endedAt - run.startedAt;
  const { counts } = run;
  if ('result' in outcome) {
    const { failure, pause: pausing, ...state } = outcome.result;
    const { sourceReadAt } = state;
    if (pausing) {
      const paused = failure === undefined ? run : { ...run, error: failure };
      return pause(deps, paused, lease, { ...pausing, sourceReadAt });
    }
    if (failure) return failWith(deps, { run, lease }, failure);
    const done: Run = { ...run, status: 'success', endedAt, error: undefined };
    await close(deps, done, lease, { status: 'success', endedAt, durationMs, counts, ...state });
    return done;
  }
  const { error } = outcome;
  if (error instanceof LeaseLostError) {
    deps.log.warn('another invocation holds the lease now; this one stops', { run_id: run.runId });
    return { ...run, status: 'interrupted', reason: error.message };
  }
  if (!(error instanceof OutOfTimeError)) return fail(deps, run, lease, error);
  const obstacle = obstacleToContinuing(run, { advanced, now: endedAt, error, ...deps.limits });
  if (obstacle) return fail(deps, run, lease, obstacle);
  return pause(deps, run, lease, {
    reason: error.message,
    resume: () => deps.continueInNewInvocation(run.runId),
  });
}

type Pause = RunPause & Pick<JobOutcome, 'sourceReadAt'>;

async function pause(
  deps: EndDeps,
  run: Run,
  lease: Lease,
  { reason, resume, sourceReadAt }: Pause,
): Promise<Run> {
  const interrupted: Run = { ...run, status: 'interrupted', reason };
  const endedAt = deps.now();
  await close(deps, interrupted, lease, {
    status: 'interrupted',
    endedAt,
    durationMs: endedAt - run.startedAt,
    sourceReadAt,
  });
  await resume?.();
  return interrupted;
}

async function fail(deps: EndDeps, run: Run, lease: Lease, error: unknown): Promise<Run> {
  const failure = describeFailure(error);
  deps.log.error('run failed', { run_id: run.runId, error_code: failure.code, error });
  return failWith(deps, { run, lease }, failure, askedToWaitMs(error));
}

async function failWith(
  deps: EndDeps,
  { run, lease }: { readonly run: Run; readonly lease: Lease },
  failure: Failure,
  waitMs?: number,
): Promise<Run> {
  const endedAt = deps.now();
  const failed: Run = { ...run, status: 'failed', endedAt, error: failure };
  const notBefore = waitMs === undefined ? undefined : endedAt + waitMs;
  const durationMs = endedAt - run.startedAt;
  const { counts } = run;
  const outcome = { status: 'failed', endedAt, durationMs, error: failure, counts, notBefore } as const;
  await close(deps, failed, lease, outcome);
  return failed;
}

async function close(deps: EndDeps, run: Run, lease: Lease, outcome: JobOutcome): Promise<void> {
  await putRun(deps, run);
  await deps.jobs.finish(lease, outcome);
  if (outcome.status !== 'interrupted') logEnd(deps.log, run, outcome);
}

/** What dashboards make rates of: one line for each run that has ended. */
function logEnd(log: Log, { runId, job, counts }: Run, outcome: JobOutcome): void {
  log.info('run ended', {
    run_id: runId,
    job,
    status: outcome.status,
    duration_ms: outcome.durationMs,
    error_code: outcome.error?.code,
    skills_count: outcome.skillsCount,
    categories_count: outcome.categoriesCount,
    counts,
  });
}

/** Writes the whole record. @throws LeaseLostError, StorageError */
export function putRun({ runs }: Pick<EndDeps, 'runs'>, run: Run): Promise<void> {
  return runs.put(run, run.startedAt + RUN_RETENTION_MS);
}

type Interruption = Partial<RunLimits> & {
  readonly advanced: boolean;
  readonly now: number;
  readonly error: OutOfTimeError;
};

/** Why a run that is out of time fails instead of going on: one that gets nowhere, or nowhere near its end. */
function obstacleToContinuing(
  run: Pick<Run, 'startedAt' | 'invocations' | 'progress'>,
  { advanced, now, error, ...limits }: Interruption,
): NoProgressError | RunTooLongError | undefined {
  const cause = error;
  if (!advanced) {
    const message = `Nothing was finished in a whole invocation, so the run does not go on in another one. ${error.message}`;
    return new NoProgressError(message, { cause });
  }
  const minutes = Math.round((now - run.startedAt) / 60_000);
  const { maxMs, maxInvocations } = { ...DEFAULT_LIMITS, ...limits };
  if (now - run.startedAt < maxMs && run.invocations < maxInvocations) return undefined;
  const { done, total, unit } = run.progress;
  const message = `After ${minutes} minutes and ${run.invocations} invocations ${done} of ${total ?? 'an unknown number of'} ${unit} were done, so the run does not go on in another one. Choose greater pages, or look at what the marketplace lists.`;
  return new RunTooLongError(message, { cause });
}
