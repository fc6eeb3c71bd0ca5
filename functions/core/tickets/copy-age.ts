import type { JobState } from '#core/runs/job-store.ts';
import type { TicketSyncState } from './sync-state.ts';

type ExportState = Pick<TicketSyncState, 'completedAt'> | undefined;
type WorkerState = Pick<JobState, 'sourceReadAt'>;

/** Zendesk keeps back what changed in the last minute. */
const WITHHELD_MS = 60_000;

/**
 * How old the copy of the tickets is, in milliseconds: since the export was at its end last. A sync that finds nothing
 * new writes no state of the export; that it was there is in the state of the worker, whose lease it gave back. Undefined
 * before the first sync that reached the end.
 */
export function copyAgeMs(state: ExportState, worker: WorkerState, now: number): number | undefined {
  const at = copiedAt(state, worker);
  return at === undefined ? undefined : Math.max(0, now - at);
}

/**
 * The tickets that were written before this time are in the copy, in milliseconds since 1970. Undefined before the first
 * sync that reached the end.
 */
export function syncedUntil(state: ExportState, worker: WorkerState): number | undefined {
  const at = copiedAt(state, worker);
  return at === undefined ? undefined : at - WITHHELD_MS;
}

function copiedAt(state: ExportState, { sourceReadAt = 0 }: WorkerState): number | undefined {
  const completedAt = state?.completedAt;
  return completedAt === undefined ? undefined : Math.max(completedAt, sourceReadAt);
}
