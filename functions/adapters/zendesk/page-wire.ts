import * as z from 'zod';
import type { FailedTicket } from '#core/tickets/sync-state.ts';
import type { Ticket } from '#core/tickets/ticket.ts';
import type { TicketPage } from '#core/tickets/ticket-export.ts';
import { ZendeskMalformedError } from './errors.ts';
import { readTicket } from './ticket-wire.ts';

/** `after_url` is not read: it may lead anywhere, and the credentials would go along. */
const pageSchema = z.object({
  tickets: z.array(z.unknown()),
  after_cursor: z.string().nullish(),
  end_of_stream: z.boolean(),
});

/** From so many tickets on, a page of which most cannot be read is no page: the wire is another one than ours. */
const TELLING = 10;

/** Reads a page of the export, ticket by ticket: one that cannot be read stops no other. @throws ZendeskMalformedError */
export function readPage(json: unknown, pageSize: number): TicketPage {
  const parsed = pageSchema.safeParse(json);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') || 'the answer';
    throw new ZendeskMalformedError(`its page had the wrong shape (${where})`);
  }
  const { after_cursor, end_of_stream: isEnd } = parsed.data;
  const cursor = after_cursor || undefined;
  if (cursor === undefined && !isEnd) {
    throw new ZendeskMalformedError('its page named no cursor, although there is more to come');
  }
  return { kind: 'page', ...readTickets(parsed.data.tickets), cursor, isEnd, pageSize };
}

function readTickets(wire: readonly unknown[]): Pick<TicketPage, 'tickets' | 'failed'> {
  const tickets: Ticket[] = [];
  const failed: FailedTicket[] = [];
  for (const read of wire.map(readTicket)) {
    if ('ticket' in read) tickets.push(read.ticket);
    else failed.push(read.failed);
  }
  if (failed.length >= TELLING && failed.length > tickets.length) {
    throw new ZendeskMalformedError(`${failed.length} of its page’s ${wire.length} tickets cannot be read`);
  }
  return { tickets, failed };
}
