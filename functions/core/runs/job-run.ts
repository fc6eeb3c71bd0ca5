import { LeaseLostError } from '#core/errors.ts';
import type { Sleep } from '#core/time/clock.ts';
import { isStillOn } from '#core/time/wrong-clock.ts';
import { type EndDeps, endRun, putRun, type WorkOutcome, type WorkResult } from './end-run.ts';
import { runCancelled, startHeartbeat } from './heartbeat.ts';
import type { JobState, JobStore, Lease } from './job-store.ts';
import { LEASE_MS } from './lease.ts';
import { findObstacle, type Obstacle } from './obstacle.ts';
import {
  isEnded,
  isRequested,
  type Run,
  type RunNote,
  type RunProgress,
  type RunTrigger,
  requestedRun,
  SkipReason,
  skippedRun,
} from './run.ts';
import type { RunStore } from './run-store.ts';

/** How often a patient run asks for the lease, and the time that it leaves to its work. */
const LEASE_POLL_MS = 2_000;
const LEASE_RESERVE_MS = 60_000;
/** As many notes are kept on a run as its record has room for. */
const MAX_NOTES = 20;
/** What a run counts until its work says otherwise. */
const UNIT = 'records';

export type JobRunDeps = EndDeps & {
  readonly jobs: JobStore;
  readonly runs: RunStore;
  readonly sleep: Sleep;
  /** Milliseconds left for this invocation. */
  readonly remainingMs: () => number;
  /**
   * Until when the marketplace asked everybody to stay away (ms since 1970), 0 where it did not.
   * @default - what it told this job counts alone
   */
  readonly pausedUntil?: () => Promise<number>;
};

export type RunRequest = {
  readonly job: string;
  readonly runId: string;
  readonly trigger: RunTrigger;
  /** False records the run as skipped, reason `disabled`. */
  readonly enabled: boolean;
  /** Why it is disabled, where it is. @default - ATOM_SAAS_ENABLED is false */
  readonly disabledReason?: string;
  /** Whose lease and state the run goes under, where several jobs take turns. @default - the job's own */
  readonly worker?: string;
  /** A run that has not begun by then does not begin: `misfired`. Milliseconds since 1970. @default - it always may */
  readonly startBy?: number;
  /** How long a run waits for the lease while another holds it, before it is skipped. Milliseconds. @default 0 */
  readonly patienceMs?: number;
};

/** What a job's work sees of the run that it is. */
export type RunContext = {
  readonly runId: string;
  readonly lease: Lease;
  /** The record as it was when this invocation began: what earlier ones counted, and the stage that they left it at. */
  readonly begun: Run;
  /** The job's state as it was when the lease was taken. */
  readonly state: JobState;
  /** The last holder of the lease never gave it back: what it did last is written nowhere. */
  readonly isAfterCrash: boolean;
  /** Aborts when the lease is lost, the job stopped or the invocation's time up; its reason is the error to fail with. */
  readonly signal: AbortSignal;
  readonly remainingMs: () => number;
  /** Keeps the record's progress and counts; written with the next heartbeat. */
  report(progress: RunProgress, counts: Readonly<Record<string, number>>): void;
  /** Names the part of the work that begins. */
  enter(stage: string): void;
  /** Keeps what went wrong without ending the run; the first 20 are kept. */
  note(note: RunNote): void;
  /** Says that something is done that no later invocation has to do again: only then may the run go on in one. */
  advanced(): void;
  /**
   * Does work that keeps the process busy for up to so many milliseconds, in which it renews no lease: nobody else gets
   * it meanwhile. At most five minutes. @throws LeaseLostError, StorageError before the work begins
   */
  hold<T>(ms: number, work: () => T): Promise<T>;
  /** Names the run whose cursor this one goes on from. */
  continueFrom(runId: string): void;
};

/**
 * Runs a job once: takes the lease, keeps it by heartbeats, keeps the run's record, counts the outcome and
 * gives the lease back. One at a time over all processes; whoever comes second is recorded as skipped.
 *
 * The record is written before the lease is given back. Should the process die between the two, the next
 * run finds an ended record under an expired lease and counts it then: each run is counted once.
 *
 * A run that was started by hand asks neither whether the job is stopped nor whether the marketplace wants to be left
 * alone. Every run ends when the job is stopped after it began.
 *
 * @returns the run as it stands; work that fails is a failed run, not a thrown error
 * @throws StorageError when not even the record can be written (Lambda's retry then goes on with the same run)
 */
export async function runJob(
  deps: JobRunDeps,
  request: RunRequest,
  work: (context: RunContext) => Promise<WorkResult>,
): Promise<Run> {
  const known = await deps.runs.get(request.runId, deps.now());
  if (known && isEnded(known)) return known;
  const { worker = request.job } = request;
  const state = await deps.jobs.state(request.job);
  const obstacle = await findObstacle(deps, request, state, known);
  if (obstacle) {
    const hasBegun = known !== undefined && !isRequested(known);
    return hasBegun ? giveUp(deps, known, worker, obstacle) : skip(deps, request, known, obstacle);
  }
  const taken = await takeLease(deps, request, worker);
  if (!taken) return skipBecauseRunning(deps, request, known);
  const { lease, previous, isAfterCrash } = taken;
  if (previous) await markInterrupted(deps, previous, lease);
  // Whoever held the lease meanwhile may have been this very run, invoked twice.
  const existing = taken.hasWaited ? await deps.runs.get(request.runId, deps.now()) : known;
  if (existing && isEnded(existing)) return giveBack(deps, lease, existing);

  const run: Run = {
    ...(existing ?? newRun(request, deps.now(), state)),
    status: 'running',
    invocations: (existing?.invocations ?? 0) + 1,
    fence: lease.fence,
  };
  const held = { lease, isAfterCrash, state: await deps.jobs.state(worker) };
  return carryOut(deps, { ...run, reason: undefined }, held, work);
}

type Taken = {
  readonly lease: Lease;
  readonly previous: Run | undefined;
  readonly isAfterCrash: boolean;
  readonly hasWaited: boolean;
};

/** Takes the lease, at once or within the run's patience; undefined where somebody else keeps it. */
async function takeLease(
  deps: JobRunDeps,
  { runId, patienceMs = 0 }: RunRequest,
  worker: string,
): Promise<Taken | undefined> {
  const deadline = deps.now() + Math.min(patienceMs, deps.remainingMs() - LEASE_RESERVE_MS);
  for (let hasWaited = false; ; hasWaited = true) {
    const before = await deps.jobs.state(worker);
    const previous = await finishPrevious(deps, before, runId);
    const lease = await deps.jobs.acquire(worker, runId, deps.now(), LEASE_MS);
    if (lease) return { lease, previous, isAfterCrash: before.runningRunId !== undefined, hasWaited };
    if (deps.now() + LEASE_POLL_MS > deadline) return undefined;
    await deps.sleep(LEASE_POLL_MS);
  }
}

async function carryOut(
  deps: JobRunDeps,
  started: Run,
  { lease, state, isAfterCrash }: Pick<RunContext, 'lease' | 'state' | 'isAfterCrash'>,
  work: (context: RunContext) => Promise<WorkResult>,
): Promise<Run> {
  let run = started;
  let advanced = false;
  await putRun(deps, run);
  const writeRecord = () => putRun(deps, run);
  const { job, stops } = run;
  const heartbeat = startHeartbeat(deps, { lease, leaseMs: LEASE_MS, job, stops, writeRecord });
  const context: RunContext = {
    runId: run.runId,
    lease,
    begun: started,
    state,
    isAfterCrash,
    signal: heartbeat.signal,
    remainingMs: deps.remainingMs,
    report(progress, counts) {
      run = { ...run, progress, counts };
      heartbeat.changed();
    },
    enter(stage) {
      run = { ...run, stage };
      heartbeat.changed();
    },
    note(note) {
      const { notes = [] } = run;
      if (notes.length < MAX_NOTES) run = { ...run, notes: [...notes, note] };
    },
    advanced() {
      advanced = true;
    },
    hold: (ms, work) => heartbeat.hold(ms, work),
    continueFrom(runId) {
      run = { ...run, continues: runId };
    },
  };
  const isCancelled = state.override?.cancelledRunId === run.runId;
  const outcome = isCancelled ? { error: runCancelled() } : await outcomeOf(() => work(context));
  await heartbeat.stop();
  return endRun(deps, { run, lease }, heartbeat.lost() ?? outcome, advanced);
}

async function outcomeOf(work: () => Promise<WorkResult>): Promise<WorkOutcome> {
  try {
    return { result: await work() };
  } catch (error) {
    return { error };
  }
}

/** Ends a run that was under way and may not go on. One that is carried out by somebody else is left to him. */
async function giveUp(deps: JobRunDeps, existing: Run, worker: string, { error }: Obstacle): Promise<Run> {
  const lease = await deps.jobs.acquire(worker, existing.runId, deps.now(), LEASE_MS);
  if (!lease) return existing;
  return endRun(deps, { run: { ...existing, fence: lease.fence }, lease }, { error }, false);
}

/** The run has ended while its lease was waited for. */
async function giveBack({ jobs, now }: JobRunDeps, lease: Lease, ended: Run): Promise<Run> {
  await jobs.finish(lease, { status: 'interrupted', endedAt: now(), durationMs: 0 });
  return ended;
}

/**
 * Looks at the run that held the lease last and never gave it back. One that had ended is counted now; one
 * that had not is returned, to be marked as interrupted once its lease is ours.
 */
async function finishPrevious(deps: JobRunDeps, state: JobState, runId: string): Promise<Run | undefined> {
  const { runningRunId, leaseUntil } = state;
  if (!runningRunId || runningRunId === runId || isStillOn(leaseUntil, deps.now(), LEASE_MS))
    return undefined;
  const previous = await deps.runs.get(runningRunId, deps.now());
  if (!previous || previous.status === 'skipped') return undefined;
  if (previous.status !== 'success' && previous.status !== 'failed') return previous;
  const lease: Lease = { job: state.job, runId: runningRunId, fence: state.fence };
  const { status, endedAt = deps.now(), error, counts } = previous;
  const durationMs = endedAt - previous.startedAt;
  await deps.jobs.finish(lease, { status, endedAt, durationMs, error, counts }).catch((fault: unknown) => {
    if (!(fault instanceof LeaseLostError)) throw fault;
  });
  return undefined;
}

async function markInterrupted(deps: JobRunDeps, previous: Run, lease: Lease): Promise<void> {
  await putRun(deps, {
    ...previous,
    status: 'interrupted',
    reason: 'Its invocation ended without a word; another run went on where it had stopped.',
    continuedBy: lease.runId,
    fence: lease.fence,
  });
}

/** Someone holds the lease. */
async function skipBecauseRunning(
  deps: JobRunDeps,
  request: RunRequest,
  existing: Run | undefined,
): Promise<Run> {
  const { runningRunId } = await deps.jobs.state(request.worker ?? request.job);
  const reason = `Run ${runningRunId} was under way.`;
  return skip(deps, request, existing, {
    skipReason: SkipReason.alreadyRunning,
    reason,
    blockedBy: runningRunId,
  });
}

/**
 * Records that the run did not start. One that has begun already (an event delivered twice, or an interrupted run
 * that another one was faster than) keeps its record as it is: what it did is in there, and the other takes up its
 * cursor. One that was only asked for is told of like any other.
 */
async function skip(
  deps: JobRunDeps,
  request: RunRequest,
  existing: Run | undefined,
  obstacle: Obstacle,
): Promise<Run> {
  if (existing && !isRequested(existing)) return existing;
  const run = skippedRun({ ...request, unit: UNIT }, obstacle, deps.now());
  deps.log.info('run skipped', {
    run_id: run.runId,
    reason: run.skipReason,
    blocked_by: run.blockedBy,
  });
  try {
    await putRun(deps, run);
  } catch (error) {
    // The same event came twice at once, and the other invocation has begun the run since its record was looked for.
    if (!(error instanceof LeaseLostError)) throw error;
    return (await deps.runs.get(run.runId, deps.now())) ?? run;
  }
  return run;
}

function newRun({ runId, job, trigger }: RunRequest, startedAt: number, { override }: JobState): Run {
  return requestedRun({ runId, job, trigger, unit: UNIT }, startedAt, override?.stops);
}
