import type { JobState } from '#core/runs/job-store.ts';
import type { TicketSyncState } from './sync-state.ts';

/**
 * How old the copy of the tickets is, in milliseconds: since the export was at its end last. A sync that finds nothing
 * new writes no state of the export; that it was there is in the state of the worker, whose lease it gave back. Undefined
 * before the first sync that reached the end.
 */
export function copyAgeMs(
  state: Pick<TicketSyncState, 'completedAt'> | undefined,
  worker: Pick<JobState, 'sourceReadAt'>,
  now: number,
): number | undefined {
  const completedAt = state?.completedAt;
  if (completedAt === undefined) return undefined;
  return Math.max(0, now - Math.max(completedAt, worker.sourceReadAt ?? 0));
}
