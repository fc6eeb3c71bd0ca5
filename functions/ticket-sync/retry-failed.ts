import { AtomSyncError, errorCode } from '#core/errors.ts';
import type { FailedTicket } from '#core/tickets/sync-state.ts';
import type { Ticket } from '#core/tickets/ticket.ts';
import { noteFailures } from './read-pages.ts';
import { count, type SyncSession, writeState } from './sync-session.ts';
import { takeTickets } from './take-tickets.ts';

/** Tickets that one run tries again: each costs a call. Those that come first next time are those of now. */
const MAX_RETRIES = 100;
/** Errors of a call that are the ticket's own. */
const OF_ONE_TICKET: ReadonlySet<string> = new Set([
  'zendesk_forbidden',
  'zendesk_refused',
  'zendesk_malformed',
]);

/** Tries again what earlier runs could not take. One that is not there any more is given up. */
export async function retryFailed(session: SyncSession): Promise<void> {
  const { failedTickets } = session.state;
  if (failedTickets.length === 0) return;
  const tickets: Ticket[] = [];
  const still: FailedTicket[] = [];
  for (const known of failedTickets.slice(0, MAX_RETRIES)) {
    session.context.signal.throwIfAborted();
    const read = await readAgain(session, known);
    if (read && 'ticket' in read) tickets.push(read.ticket);
    else if (read) still.push(read.failed);
  }
  const taken = await takeTickets(session, tickets);
  const failed = [...still, ...taken.failed];
  await writeState(session, { failedTickets: [...failedTickets.slice(MAX_RETRIES), ...failed] });
  noteFailures(session, failed);
  count(session, { ...taken.counts, failed: failed.length });
}

async function readAgain({ deps, context }: SyncSession, { id }: FailedTicket) {
  try {
    return await deps.zendesk.ticket(id, context.signal);
  } catch (error) {
    const isItsOwn = error instanceof AtomSyncError && OF_ONE_TICKET.has(error.code);
    if (context.signal.aborted || !isItsOwn) throw error;
    return { failed: { id, code: errorCode(error), message: error.message } };
  }
}
