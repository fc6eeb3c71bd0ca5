import type { JobOverride } from './job-store.ts';

/** How long a job's lease lasts without a heartbeat: a crashed holder is replaced after this. */
export const LEASE_MS = 15_000;

/**
 * Whether a job was stopped after a run of it had begun. One that was started by hand although the job was stopped
 * goes on, until the next stop; one that was taken back before anybody looked did not happen.
 *
 * @param stops how often the job had been stopped when the run began
 */
export function isStoppedSince(override: JobOverride | undefined, stops: number | undefined): boolean {
  return override?.enabled === false && (override.stops ?? 0) > (stops ?? 0);
}
