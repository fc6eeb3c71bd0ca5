import { AtomSyncError, errorCode, LeaseLostError } from '#core/errors.ts';
import { inParallel } from '#core/in-parallel.ts';
import { needsComments, prepareTicket } from '#core/tickets/prepare-ticket.ts';
import { type ReceivedTicket, ReceiveOutcome, received } from '#core/tickets/receive-ticket.ts';
import type { FailedTicket } from '#core/tickets/sync-state.ts';
import type { Ticket } from '#core/tickets/ticket.ts';
import type { TicketEntry } from '#core/tickets/ticket-entry.ts';
import type { TicketComments } from '#core/tickets/ticket-export.ts';
import type { RawText } from '#core/tickets/ticket-store.ts';
import type { SyncCount, SyncSession } from './sync-session.ts';

/** What a number of tickets came to. */
export type TakenTickets = {
  readonly counts: Partial<Record<SyncCount, number>>;
  readonly failed: readonly FailedTicket[];
};

/** Tickets that are written at once. */
const WRITES_AT_ONCE = 24;

/** Errors of one ticket's calls and writes that say nothing about the next one. Any other error ends the run. */
const OF_ONE_TICKET: ReadonlySet<string> = new Set([
  'zendesk_forbidden',
  'zendesk_refused',
  'zendesk_malformed',
  'too_large',
]);

/** How each outcome is counted. A write that changed nothing counts as none, so that a page may come again. */
const COUNTED_AS: Readonly<Record<Exclude<ReceiveOutcome, 'fenced'>, SyncCount>> = {
  [ReceiveOutcome.new]: 'new',
  [ReceiveOutcome.restored]: 'new',
  [ReceiveOutcome.changed]: 'changed',
  [ReceiveOutcome.unchanged]: 'unchanged',
  [ReceiveOutcome.superseded]: 'unchanged',
  [ReceiveOutcome.deleted]: 'deleted',
  [ReceiveOutcome.gone]: 'unchanged',
};

/**
 * Takes tickets into the copy, each in its newest version. When this resolves, every one of them is stored or named
 * among the failed.
 *
 * @throws StorageError | LeaseLostError | OutOfTimeError, and what Zendesk's calls end a run with
 */
export async function takeTickets(session: SyncSession, tickets: readonly Ticket[]): Promise<TakenTickets> {
  const newest = newestById(tickets);
  const known = await session.deps.tickets.getMany([...newest.keys()]);
  const counts: Partial<Record<SyncCount, number>> = { seen: newest.size };
  const failed: FailedTicket[] = [];
  await inParallel(newest.values(), WRITES_AT_ONCE, async (ticket) => {
    session.context.signal.throwIfAborted();
    const taken = await takeOrFail(session, ticket, known.get(ticket.id));
    if (typeof taken === 'string') counts[taken] = (counts[taken] ?? 0) + 1;
    else failed.push(taken);
  });
  return { counts, failed };
}

/** One of each id: Zendesk may name a ticket twice that changed while it answered. */
function newestById(tickets: readonly Ticket[]): Map<string, Ticket> {
  const newest = new Map<string, Ticket>();
  for (const ticket of tickets) {
    const other = newest.get(ticket.id);
    if (!other || ticket.generatedAt >= other.generatedAt) newest.set(ticket.id, ticket);
  }
  return newest;
}

async function takeOrFail(
  session: SyncSession,
  ticket: Ticket,
  before: TicketEntry | undefined,
): Promise<SyncCount | FailedTicket> {
  try {
    return await take(session, ticket, before);
  } catch (error) {
    const isOurs = error instanceof AtomSyncError;
    if (session.context.signal.aborted || (isOurs && !OF_ONE_TICKET.has(error.code))) throw error;
    session.deps.log.warn('a ticket could not be taken', { ticket_id: ticket.id, error });
    const message = isOurs ? error.message : 'An unexpected error; the function’s log has it.';
    return { id: ticket.id, code: isOurs ? errorCode(error) : 'internal_error', message };
  }
}

async function take(
  session: SyncSession,
  ticket: Ticket,
  before: TicketEntry | undefined,
): Promise<SyncCount | FailedTicket> {
  const { deps, context, rules } = session;
  let comments: TicketComments | undefined;
  if (needsComments(ticket, before, rules.text)) {
    comments = await deps.zendesk.comments(ticket.id, context.signal);
    if (!comments) return gone(ticket.id);
  }
  const { incoming, raw } = prepareTicket(ticket, before, comments, rules);
  const at = { fence: context.lease.fence, now: deps.now() };
  const expected = received(before, incoming, at);
  if (!expected.next) return counted(expected.result);
  // Before its entry: once that is written, the ticket counts as unchanged, and nobody comes back for its text.
  if (hasNewText(before, incoming) && deps.rawRetentionMs > 0) await keepRaw(session, incoming, raw);
  const transition = (stored: TicketEntry | undefined) => received(stored, incoming, at);
  const result = await deps.tickets.change(ticket.id, transition, { entry: before });
  return counted(result);
}

/** Its text goes with it, where that has gone at Zendesk; and where it is as before, it is kept as it was. */
function hasNewText(before: TicketEntry | undefined, incoming: ReceivedTicket): boolean {
  if (incoming.status === 'deleted' || incoming.isScrubbed) return false;
  return before?.kind !== 'live' || before.contentSha !== incoming.contentSha;
}

function keepRaw({ deps }: SyncSession, { id, generatedAt }: ReceivedTicket, raw: RawText): Promise<void> {
  return deps.tickets.putRaw(id, raw, { generatedAt, expiresAt: deps.now() + deps.rawRetentionMs });
}

function counted(result: ReceiveOutcome): SyncCount {
  if (result === ReceiveOutcome.fenced) throw new LeaseLostError('A later run has written this ticket.');
  return COUNTED_AS[result];
}

/** Deleted since the page was made, most likely: then the export says so later, and trying again finds nothing. */
function gone(id: string): FailedTicket {
  return {
    id,
    code: 'ticket_gone',
    message: 'The ticket was not there any more when its comments were read.',
  };
}
