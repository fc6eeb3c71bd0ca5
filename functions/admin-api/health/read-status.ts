import type { JobId } from '#core/runs/run.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import {
  type JobView,
  type RatingStatusCounts,
  runningRunId,
} from '#functions/admin-api/present/present-status.ts';

/** Reads a job's state, and its run's record when one runs now: one or two point reads. */
export async function readJob({ jobs, runs, now }: Services, job: JobId): Promise<JobView> {
  const state = await jobs.state(job);
  const runId = runningRunId(state, now());
  const current = runId === undefined ? undefined : await runs.get(runId, now());
  return { state, current, running: runId !== undefined };
}

/** Counts the ratings: by the sparse index what waits, by the tally what has arrived. */
export async function readRatingCounts({ ratings, tally }: Services): Promise<RatingStatusCounts> {
  const [pending, queued, failed, dead, synced] = await Promise.all([
    ratings.count('pending'),
    ratings.count('queued'),
    ratings.count('failed'),
    ratings.count('dead_lettered'),
    tally.read(),
  ]);
  return { pending: pending + queued, synced, failed: failed + dead };
}
