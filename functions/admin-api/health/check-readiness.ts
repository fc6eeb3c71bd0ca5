import { JobId } from '#core/runs/run.ts';
import type { Services } from '#functions/admin-api/ports.ts';

export type Readiness = {
  readonly database: 'connected' | 'unavailable';
  readonly schedules: 'registered' | 'missing' | 'unavailable';
};

/** Asks the table by one point read, and the scheduler for each job's schedule. Never rejects. */
export async function checkReadiness({ jobs, schedules, settings, log }: Services): Promise<Readiness> {
  const [row, found] = await Promise.allSettled([jobs.state(JobId.skillSync), schedules.list()]);
  for (const result of [row, found]) {
    if (result.status === 'rejected') log.warn('not ready', { error: result.reason });
  }
  const database = row.status === 'fulfilled' ? 'connected' : 'unavailable';
  if (found.status === 'rejected') return { database, schedules: 'unavailable' };
  const registered = new Set(found.value.map(({ job }) => job));
  return {
    database,
    schedules: settings.jobs.every((job) => registered.has(job)) ? 'registered' : 'missing',
  };
}
