import { describeFailure } from '#core/errors.ts';
import { JobId } from '#core/runs/run.ts';
import type { JobSchedule } from '#core/runs/schedule-store.ts';
import { TICKET_JOBS } from '#core/tickets/ticket-event.ts';
import { type ApiError, notFound, unavailable, validationFailed } from '#functions/admin-api/http/errors.ts';
import type { Services } from '#functions/admin-api/ports.ts';

/** Intervals that an admin may set, in minutes: those of the settings. */
const INTERVALS: Readonly<Record<string, { readonly min: number; readonly max: number }>> = {
  [JobId.skillSync]: { min: 5, max: 60 },
  [JobId.ratingSync]: { min: 10, max: 120 },
  [JobId.ticketSync]: { min: 15, max: 1_440 },
};

/** What is asked for: `minutes` as it came, since its range depends on the job. */
export type JobChange = { readonly enabled?: boolean | undefined; readonly minutes?: unknown };

/**
 * Changes one job: the schedule itself, and the override that outlives a deployment.
 *
 * A stop writes the override first: from then on nothing starts by itself, whether the scheduler can be had or
 * not. Everything else writes it last, so that a start that fails half way leaves the job stopped.
 *
 * @throws ApiError `job_not_found`, `validation_failed`, or `schedule_not_changed` (503)
 */
export async function changeJob(services: Services, job: string, asked: JobChange): Promise<JobSchedule> {
  if (!services.settings.jobs.includes(job)) throw jobNotFound();
  const change = { enabled: asked.enabled, minutes: readInterval(job, asked.minutes) };
  const { jobs, schedules } = services;
  const stops = change.enabled === false;
  if (stops) await jobs.setOverride(job, { enabled: false });
  const schedule = await schedules.change(job, change).catch((error: unknown) => {
    throw notChanged(services, job, stops, error);
  });
  if (schedule === undefined) throw jobNotFound();
  const { enabled, minutes } = change;
  const override = {
    ...(enabled === true && { enabled }),
    ...(minutes !== undefined && { intervalMinutes: minutes }),
  };
  if (Object.keys(override).length > 0) await jobs.setOverride(job, override);
  return schedule;
}

/** What became of one job when all were stopped or started. */
export type JobSwitch = {
  readonly id: string;
  /** Whether it starts by itself now, as far as is known. */
  readonly enabled: boolean;
  readonly override: 'set' | 'failed';
  /** `none`: the job has none, and its override alone counts. */
  readonly schedule: 'changed' | 'failed' | 'missing' | 'none';
};

/**
 * Stops all jobs or starts them, each on its own: one that fails does not hold up the others.
 *
 * A job is stopped when its override is set or its schedule is disabled, either being enough; it is started
 * when both say so. Of a job without a schedule the override alone is to be set.
 */
export async function switchJobs(services: Services, enabled: boolean): Promise<readonly JobSwitch[]> {
  const { jobs, schedules, settings, tickets } = services;
  // Runs of these are also asked for, and continue each other in invocations that no schedule of the stack knows.
  const unscheduled = tickets ? TICKET_JOBS.filter((job) => !settings.jobs.includes(job)) : [];
  const ids = [...settings.jobs, ...unscheduled];
  // The overrides all at once and before any schedule: an emergency stop must not wait for another service.
  const overrides = await Promise.allSettled(ids.map((job) => jobs.setOverride(job, { enabled })));
  const changes = await Promise.allSettled(settings.jobs.map((job) => schedules.change(job, { enabled })));
  return ids.map((id, index) => {
    report(services, id, overrides[index]);
    report(services, id, changes[index]);
    const override = overrides[index]?.status === 'fulfilled' ? 'set' : 'failed';
    return jobSwitch(id, enabled, override, scheduleAfter(changes[index]));
  });
}

function scheduleAfter(change: PromiseSettledResult<JobSchedule | undefined> | undefined) {
  if (change === undefined) return 'none';
  if (change.status === 'rejected') return 'failed';
  return change.value ? 'changed' : 'missing';
}

function jobSwitch(
  id: string,
  enabled: boolean,
  override: JobSwitch['override'],
  schedule: JobSwitch['schedule'],
): JobSwitch {
  const isSet = override === 'set';
  const isStarted = isSet && (schedule === 'changed' || schedule === 'none');
  const isStopped = isSet || schedule === 'changed';
  return { id, enabled: enabled ? isStarted : !isStopped, override, schedule };
}

function readInterval(job: string, minutes: unknown): number | undefined {
  if (minutes === undefined) return undefined;
  const range = INTERVALS[job];
  const invalid = (message: string) => validationFailed([{ in: 'body', field: 'minutes', message }]);
  if (range === undefined) throw invalid('is not for this job: it runs at fixed times');
  const isWhole = typeof minutes === 'number' && Number.isInteger(minutes);
  if (!isWhole || minutes < range.min || minutes > range.max) {
    throw invalid(`must be a whole number from ${range.min} to ${range.max}`);
  }
  return minutes;
}

function jobNotFound(): ApiError {
  return notFound('job_not_found', 'There is no such job. GET /api/admin/sync/jobs lists them.');
}

function notChanged({ log }: Services, job: string, stopped: boolean, cause: unknown): ApiError {
  log.warn('a schedule could not be changed', { job, error: cause });
  const state = stopped
    ? 'The job is stopped all the same: its scheduled runs are skipped.'
    : 'The job is as it was.';
  const message = `The scheduler does not answer. ${state} Try again in a few seconds.`;
  return unavailable('schedule_not_changed', message, { cause, facts: { job, stopped } });
}

function report({ log }: Services, job: string, result: PromiseSettledResult<unknown> | undefined): void {
  if (result?.status !== 'rejected') return;
  log.error('a job could not be switched', { job, ...describeFailure(result.reason), error: result.reason });
}
