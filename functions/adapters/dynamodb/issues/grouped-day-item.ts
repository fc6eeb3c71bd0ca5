import * as z from 'zod';
import type { GroupedTicket } from '#core/issues/grouped-ticket.ts';
import { Confidence, Severity, TicketKind } from '#core/tickets/analysis/analysis.ts';

/** The tickets of a day as they are packed: without the names of their fields. */
export function packedTickets(tickets: readonly GroupedTicket[]) {
  return tickets.map((ticket) => [
    ticket.id,
    ticket.revision,
    ticket.createdAt,
    ticket.requester,
    ticket.text,
    ticket.line,
    ticket.summary,
    ticket.language,
    ticket.kind,
    ticket.severity,
    ticket.productArea,
    ticket.confidence,
    ticket.analysis,
    ticket.mergedInto,
    ticket.issueId,
  ]);
}

/** The tickets in what was unpacked; undefined where it is none. */
export function readTickets(value: unknown): readonly GroupedTicket[] | undefined {
  const parsed = z.array(storedTicket).safeParse(value);
  return parsed.success ? parsed.data.map(ticketIn) : undefined;
}

const text = z.string();
const storedTicket = z.tuple([
  text,
  z.int(),
  z.int(),
  text.nullable(),
  text,
  text,
  text.nullable(),
  text.nullable(),
  z.enum(TicketKind).nullable(),
  z.enum(Severity).nullable(),
  text.nullable(),
  z.enum(Confidence).nullable(),
  z.enum(['pending', 'batched', 'done', 'failed', 'refused', 'excluded']),
  text.nullable(),
  text.nullable(),
]);

function ticketIn(row: z.output<typeof storedTicket>): GroupedTicket {
  const [id, revision, createdAt, requester, words, line, summary, language, ...rest] = row;
  const [kind, severity, productArea, confidence, analysis, mergedInto, issueId] = rest;
  const about = { kind, severity, productArea, confidence, analysis, mergedInto, issueId };
  return { id, revision, createdAt, requester, text: words, line, summary, language, ...about };
}
