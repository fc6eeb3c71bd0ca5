import type { JobId } from '#core/run.ts';
import type { Services } from './ports.ts';
import { type JobView, runningRunId } from './present-status.ts';

/** Reads a job's state, and its run's record when one runs now: one or two point reads. */
export async function readJob({ jobs, runs, now }: Services, job: JobId): Promise<JobView> {
  const state = await jobs.state(job);
  const runId = runningRunId(state, now());
  const current = runId === undefined ? undefined : await runs.get(runId, new Date(now()));
  return { state, current, running: runId !== undefined };
}
