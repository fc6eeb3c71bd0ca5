import type { JobState } from '#core/runs/job-store.ts';
import { LEASE_MS } from '#core/runs/lease.ts';
import { isRequested, outcomeOf, type Run, RunOutcome } from '#core/runs/run.ts';
import { isRecent, isStillOn } from '#core/time/wrong-clock.ts';

/** A run that was asked for and has not begun by then was lost on its way, or cannot begin. */
const BEGIN_WITHIN_MS = 5 * 60_000;

/** What happens to a run now. */
export const RunActivity = {
  /** Its record is there, its first invocation is not yet. */
  requested: 'requested',
  /** An invocation holds the lease for it. */
  live: 'live',
  /** Between two invocations, or until a batch of Claude's has ended. */
  waiting: 'waiting',
  /** Its invocation ended without a word, or never came. The next run takes up its work. */
  lost: 'lost',
  ended: 'ended',
} as const;
export type RunActivity = (typeof RunActivity)[keyof typeof RunActivity];

/** What happens to a run of the worker whose state is given. */
export function activityOf(run: Run, worker: JobState, nowMs: number): RunActivity {
  if (outcomeOf(run) !== RunOutcome.running) return RunActivity.ended;
  const isHolder = worker.runningRunId === run.runId && isStillOn(worker.leaseUntil, nowMs, LEASE_MS);
  if (isHolder) return RunActivity.live;
  if (run.status === 'interrupted') return RunActivity.waiting;
  const mayBegin = isRequested(run) && isRecent(run.startedAt, nowMs, BEGIN_WITHIN_MS);
  return mayBegin ? RunActivity.requested : RunActivity.lost;
}

/** Whether a run is under way: then no other one is started by hand. */
export function isUnderWay(activity: RunActivity): boolean {
  return activity !== RunActivity.ended && activity !== RunActivity.lost;
}
