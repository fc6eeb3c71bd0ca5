import type { JobOverride } from './ports.ts';
import { CLOCK_MARGIN_MS } from './request-window.ts';

/** How long a job's lease lasts without a heartbeat: a crashed holder is replaced after this. */
export const LEASE_MS = 15_000;

/**
 * Whether somebody holds a lease now. One that lasts longer than any that is given was written by a clock that was
 * wrong, and is over; its holder, should there be one, is kept out by its fencing number.
 *
 * @param until when it ends (ms since 1970), undefined where nobody holds it
 * @param leaseMs how long a lease is given for
 */
export function isLeaseHeld(until: number | undefined, now: number, leaseMs: number): boolean {
  return until !== undefined && until > now && until <= now + leaseMs + CLOCK_MARGIN_MS;
}

/**
 * Whether a job was stopped after a run of it had begun. One that was started by hand although the job was stopped
 * goes on, until the next stop; one that was taken back before anybody looked did not happen.
 *
 * @param stops how often the job had been stopped when the run began
 */
export function isStoppedSince(override: JobOverride | undefined, stops: number | undefined): boolean {
  return override?.enabled === false && (override.stops ?? 0) > (stops ?? 0);
}
