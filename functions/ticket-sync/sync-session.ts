import type { Log } from '#core/log.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import { addCounts } from '#core/runs/run.ts';
import type { SecretSource } from '#core/secret-source.ts';
import type { PrepareRules, TicketSelection, TicketText } from '#core/tickets/prepare-ticket.ts';
import type { RequestPace } from '#core/tickets/request-pace.ts';
import type { TicketSyncState, TicketSyncStates } from '#core/tickets/sync-state.ts';
import type { TicketExport } from '#core/tickets/ticket-export.ts';
import type { TicketStore } from '#core/tickets/ticket-store.ts';
import type { Now, Sleep } from '#core/time/clock.ts';

/** What the sync works with. Times are milliseconds. */
export type SyncDeps = {
  readonly tickets: TicketStore;
  readonly syncStates: TicketSyncStates;
  readonly zendesk: TicketExport;
  /** The key of the requesters' hashes. */
  readonly requesterKey: SecretSource<string>;
  readonly subdomain: string;
  readonly backfillMs: number;
  readonly pageSize: number;
  readonly requestsPerMinute: number;
  /** How long texts are kept as they came; 0: not at all. */
  readonly rawRetentionMs: number;
  readonly text: TicketText;
  readonly selection: TicketSelection;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly log: Log;
};

/** One invocation's part of a sync. */
export type SyncSession = {
  readonly deps: SyncDeps;
  readonly context: RunContext;
  readonly pace: RequestPace;
  readonly rules: PrepareRules;
  /** Where the export is; written with each page. */
  state: TicketSyncState;
  /** What this run has counted, over its invocations. */
  counts: Readonly<Record<string, number>>;
  /** Whether the copy is this account's already. */
  isStored: boolean;
  /** Whether something has to be written although nothing came in. */
  mustWrite: boolean;
};

/** What a sync counts. `seen`: tickets that came in, those that were as they are stored included. */
export type SyncCount = 'pages' | 'seen' | 'new' | 'changed' | 'unchanged' | 'deleted' | 'failed' | 'pending';

/** Adds to what the run has counted, and reports it. */
export function count(session: SyncSession, more: Partial<Record<SyncCount, number>>): void {
  session.counts = addCounts(session.counts, more);
  report(session);
}

/** Reports how far the run is: the export never says how much there is. */
export function report({ context, counts }: SyncSession): void {
  context.report({ done: counts.seen ?? 0, total: undefined, unit: 'tickets' }, counts);
}

/** Writes where the export is, with when Zendesk was called. @throws LeaseLostError, StorageError */
export async function writeState(session: SyncSession, change: Partial<TicketSyncState>): Promise<void> {
  const { requestTimes, pausedUntil } = session.pace.state();
  session.state = { ...session.state, ...change, requestTimes, pausedUntil };
  await session.deps.syncStates.write(session.state, session.context.lease.fence);
  session.isStored = true;
  session.mustWrite = true;
}
