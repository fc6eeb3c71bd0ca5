import { OutOfTimeError } from '#core/errors.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import { addCounts } from '#core/runs/run.ts';
import { syncedUntil } from '#core/tickets/copy-age.ts';
import type { TicketParameters } from '#core/tickets/ticket-event.ts';
import type { IssueDeps } from './issue-deps.ts';

/** What a run counts of issues. `issues` and `incidents`: how many are open at its end. */
export type IssueCount = 'assigned' | 'new_issues' | 'issues' | 'incidents';

/** One invocation's part of a run. */
export type IssueSession = {
  readonly deps: IssueDeps;
  readonly context: RunContext;
  readonly parameters: TicketParameters;
  /** Every ticket that was written before is in the store; undefined before the first sync that reached the end. */
  readonly syncedUntil: number | undefined;
  /** … and every ticket that was written since then. */
  readonly completeSince: number;
  /** What the run has counted, over its functions and invocations. */
  counts: Readonly<Record<string, number>>;
};

/** How long one stretch of work may keep the process busy: the grouping of 50,000 tickets takes less than one minute. */
const BUSY_MS = 4 * 60_000;
/** With less time left no such work is begun. */
const RESERVE_MS = 2 * 60_000;

/** @throws StorageError */
export async function openSession(
  deps: IssueDeps,
  context: RunContext,
  parameters: TicketParameters,
): Promise<IssueSession> {
  const state = await deps.syncStates.read(deps.settings.subdomain);
  const until = syncedUntil(state, context.state);
  const completeSince = state?.completeSince ?? 0;
  return { deps, context, parameters, syncedUntil: until, completeSince, counts: context.begun.counts };
}

/** Adds to what the run has counted, and reports it. */
export function count(session: IssueSession, more: Readonly<Record<string, number>>): void {
  session.counts = addCounts(session.counts, more);
  report(session);
}

/** Says how many there are at the end. */
export function countAtEnd(session: IssueSession, counts: Partial<Record<IssueCount, number>>): void {
  session.counts = { ...session.counts, ...counts };
  report(session);
}

function report({ context, counts }: IssueSession): void {
  context.report(context.begun.progress, counts);
}

/**
 * Does work that keeps the process busy, under a lease that lasts that long.
 *
 * @throws OutOfTimeError where there is no time left for it; the reason of the run's signal
 */
export async function busily<T>({ context }: IssueSession, work: () => T): Promise<T> {
  context.signal.throwIfAborted();
  if (context.remainingMs() < RESERVE_MS) {
    throw new OutOfTimeError('The invocation has no time left to group tickets.');
  }
  return context.hold(Math.min(BUSY_MS, context.remainingMs()), work);
}
