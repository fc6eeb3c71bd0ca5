import type { CancelledError, Failure } from '#core/errors.ts';

/** The jobs that run by a schedule or on demand. The id names the run records, the schedule and the API's job. */
export const JobId = {
  skillSync: 'skill-sync-atom-saas',
  ratingSync: 'rating-sync-atom-saas',
  cacheCleanup: 'cache-cleanup',
  ticketSync: 'ticket_sync',
  ticketAnalysis: 'ticket_analysis',
  /** The whole ticket pipeline; named by the contract. */
  dailySync: 'daily_sync',
  ticketConsolidate: 'ticket_consolidate',
  ticketRetention: 'ticket_retention',
} as const;
export type JobId = (typeof JobId)[keyof typeof JobId];

/** `interrupted`: stopped early and goes on in another invocation. `skipped`: never started, `reason` says why. */
export const RunStatus = {
  running: 'running',
  success: 'success',
  failed: 'failed',
  interrupted: 'interrupted',
  skipped: 'skipped',
} as const;
export type RunStatus = (typeof RunStatus)[keyof typeof RunStatus];

export const RunTrigger = { schedule: 'schedule', manual: 'manual', catchUp: 'catch_up' } as const;
export type RunTrigger = (typeof RunTrigger)[keyof typeof RunTrigger];

/** Why a run never started. */
export const SkipReason = {
  alreadyRunning: 'already_running',
  disabled: 'disabled',
  stopped: 'stopped',
  rateLimited: 'rate_limited',
  /** Its time was over before it could start. */
  misfired: 'misfired',
} as const;
export type SkipReason = (typeof SkipReason)[keyof typeof SkipReason];

/** How far a run is. `total` is undefined until the other side has said how much there is. */
export type RunProgress = {
  readonly done: number;
  readonly total: number | undefined;
  readonly unit: string;
};

/** One execution of a job, over as many invocations as it takes. Times are milliseconds since 1970. */
export type Run = {
  readonly runId: string;
  readonly job: string;
  readonly status: RunStatus;
  readonly trigger: RunTrigger;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly progress: RunProgress;
  /** What the job counts, by name: `added`, `changed`, … */
  readonly counts: Readonly<Record<string, number>>;
  readonly error?: Failure;
  /** The part of its work that it is at; undefined where the job has no stages. */
  readonly stage?: string;
  /** What went wrong without ending it, the first 20. */
  readonly notes?: readonly RunNote[];
  /** Why it was skipped or interrupted, in words. */
  readonly reason?: string;
  readonly skipReason?: SkipReason;
  /** The run that was in the way of a skipped one. */
  readonly blockedBy?: string;
  /** The run whose cursor this one goes on from, and the one that goes on from this one's. */
  readonly continues?: string;
  readonly continuedBy?: string;
  readonly invocations: number;
  /** How often the job had been stopped when the run began; undefined: never. A later stop ends it. */
  readonly stops?: number;
  /** Fencing number of the lease under which the record was written last; 0 for a skipped run. */
  readonly fence: number;
};

/** Something that went wrong in a run and did not end it. `record`: the id of what it was about. */
export type RunNote = {
  readonly stage: string;
  readonly code: string;
  readonly message: string;
  readonly record?: string;
};

/** What a run came to, or is at, over all its invocations: one that goes on in another invocation is still running. */
export const RunOutcome = {
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  skipped: 'skipped',
  /** Its invocation ended without a word, and another run went on where it had stopped. */
  interrupted: 'interrupted',
} as const;
export type RunOutcome = (typeof RunOutcome)[keyof typeof RunOutcome];

export function outcomeOf({ status, error, continuedBy }: Run): RunOutcome {
  switch (status) {
    case RunStatus.success:
      return RunOutcome.completed;
    case RunStatus.failed:
      return error?.code === CANCELLED ? RunOutcome.cancelled : RunOutcome.failed;
    case RunStatus.interrupted:
      return continuedBy === undefined ? RunOutcome.running : RunOutcome.interrupted;
    default:
      return status;
  }
}

/** The code of the error of a run that an operator cancelled. */
const CANCELLED: CancelledError['code'] = 'cancelled';

/** Whether a run was asked for and has not begun: its record is there before its first invocation is. */
export function isRequested({ status, invocations }: Run): boolean {
  return status === RunStatus.running && invocations === 0;
}

/** True when nothing more will happen to the run. */
export function isEnded(run: Run): boolean {
  return run.status === 'success' || run.status === 'failed' || run.status === 'skipped';
}

/** Adds counts by name. */
export function addCounts(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

/** Why a run never started, and which one was in its way. */
export type SkipCause = {
  readonly skipReason: SkipReason;
  /** In words. */
  readonly reason: string;
  readonly blockedBy?: string | undefined;
};

/**
 * The record of a run that is asked for, before its first invocation: whoever lists the runs sees it from then on, and
 * the invocation goes on with it.
 *
 * @param stops how often the job had been stopped by then: only a later stop is meant for this run
 */
export function requestedRun(
  { runId, job, trigger, unit }: Pick<Run, 'runId' | 'job' | 'trigger'> & Pick<RunProgress, 'unit'>,
  now: number,
  stops: number | undefined,
): Run {
  return {
    runId,
    job,
    trigger,
    status: RunStatus.running,
    startedAt: now,
    progress: { done: 0, total: undefined, unit },
    counts: {},
    invocations: 0,
    ...(stops === undefined ? {} : { stops }),
    fence: 0,
  };
}

/** The record of a run that never started. @param now when it was asked for */
export function skippedRun(
  { runId, job, trigger, unit }: Pick<Run, 'runId' | 'job' | 'trigger'> & Pick<RunProgress, 'unit'>,
  { skipReason, reason, blockedBy }: SkipCause,
  now: number,
): Run {
  return {
    runId,
    job,
    status: RunStatus.skipped,
    trigger,
    startedAt: now,
    endedAt: now,
    progress: { done: 0, total: undefined, unit },
    counts: {},
    skipReason,
    reason,
    blockedBy,
    invocations: 0,
    fence: 0,
  };
}
