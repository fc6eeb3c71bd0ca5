import { TicketText } from '#core/tickets/prepare-ticket.ts';
import type { TicketSyncState } from '#core/tickets/sync-state.ts';

const DAY_MS = 86_400_000;
/** A `start_time` has to be a minute old; another one is for clocks that differ. */
const START_AGE_MS = 120_000;
/** Where each ticket of a page costs a call of its own, so that a page is finished within an invocation. */
const PAGE_WITH_COMMENTS = 100;

/** How a run is to begin. */
export type StartOptions = {
  readonly subdomain: string;
  readonly backfillMs: number;
  readonly pageSize: number;
  readonly text: TicketText;
  readonly now: number;
  /** Days that the call asks to be taken in anew. */
  readonly backfillDays: number | undefined;
  /** Whether this run has taken a page already, in an earlier invocation. */
  readonly hasPages: boolean;
  /** Whether this is the first invocation of the run. */
  readonly isFirst: boolean;
};

/**
 * Where a run begins: where the last one stopped, or so many days back where there was none or the call asks for it. A
 * call that asks for it has it once: the invocations that follow go on.
 */
export function startExport(stored: TicketSyncState | undefined, options: StartOptions): TicketSyncState {
  const { subdomain, backfillMs, backfillDays, now, hasPages, isFirst, text } = options;
  const pageSize =
    text === TicketText.public ? Math.min(options.pageSize, PAGE_WITH_COMMENTS) : options.pageSize;
  const begin = (lengthMs: number): TicketSyncState => {
    const startTime = latestStart(now - lengthMs, now);
    const completeSince = Math.min(stored?.completeSince ?? startTime, startTime);
    const none = { requestTimes: [], failedTickets: [] };
    return { ...none, ...stored, subdomain, startTime, completeSince, cursor: undefined, pageSize };
  };
  if (backfillDays !== undefined && !hasPages) return begin(backfillDays * DAY_MS);
  if (!stored) return begin(backfillMs);
  // What a page could hold is learnt anew by each run: Zendesk may have been slow that day.
  return isFirst
    ? { ...stored, pageSize }
    : { ...stored, pageSize: Math.min(stored.pageSize ?? pageSize, pageSize) };
}

/** A time that Zendesk takes for a start: none that is too recent, and none before 1970. */
export function latestStart(startTime: number, now: number): number {
  return Math.max(0, Math.min(startTime, now - START_AGE_MS));
}
