import * as z from 'zod';
import { Sentiment, Severity, TicketKind } from '#core/tickets/analysis/analysis.ts';
import { instantToMs, parseInstant } from '#core/time/instant.ts';
import { answerPage } from '#functions/admin-api/http/answer-page.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import {
  presentTicket,
  presentTicketDetail,
  shownStatus,
  ticketId,
  wireTicket,
  wireTicketDetail,
} from '#functions/admin-api/present/present-ticket.ts';
import {
  failure,
  filterText,
  nextCursor,
  pageQuery,
  success,
} from '#functions/admin-api/present/wire-schemas.ts';
import { askForAnalysis, correctAnalysis, findTicket } from '#functions/admin-api/tickets/change-ticket.ts';

/** A time, or a day, which begins in UTC. */
const MOMENT =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2}))?$/;

const moment = (description: string) =>
  z
    .string()
    .regex(MOMENT, 'must be a time or a date in ISO 8601')
    .refine((text) => parseInstant(text) !== undefined, 'must be a time that there is')
    .optional()
    .meta({ description, examples: ['2026-11-01', '2026-11-01T12:00:00Z'] });

function msOf(moment: string | undefined): number | undefined {
  const instant = moment === undefined ? undefined : parseInstant(moment);
  return instant === undefined ? undefined : instantToMs(instant);
}

const ticketParameter = z.strictObject({ id: ticketId });

const ticketNotFound = {
  description: '`ticket_not_found`: there is no such ticket, or it was deleted.',
  schema: failure,
};

const listTickets = defineRoute({
  method: 'GET',
  path: '/api/tickets',
  level: Level.supervised,
  operationId: 'listTickets',
  summary: 'The tickets, the newest first, redacted, with what Claude reads in them.',
  description: 'What an operator put right counts in the filters. Nothing tells who the requester is.',
  tag: 'tickets',
  query: z.strictObject({
    status: shownStatus.optional().meta({ description: 'Only tickets of this status.' }),
    kind: z.enum(TicketKind).optional().meta({ description: 'Only tickets about this.' }),
    severity: z.enum(Severity).optional().meta({ description: 'Only tickets of this severity.' }),
    product_area: filterText('Only tickets about this part of the product.', 'billing'),
    sentiment: z.enum(Sentiment).optional().meta({ description: 'Only tickets of this mood.' }),
    language: filterText('Only tickets in this language, as BCP 47 writes it.', 'en'),
    analysis: z
      .enum(['done', 'pending', 'failed', 'refused'])
      .optional()
      .meta({ description: 'Only tickets whose analysis is at this.' }),
    from: moment('Only tickets that were created then or later.'),
    to: moment('Only tickets that were created before then.'),
    ...pageQuery,
  }),
  responses: {
    200: {
      description: 'A page of tickets; an empty one where no Zendesk is configured.',
      schema: z.object({ success, tickets: z.array(wireTicket), next_cursor: nextCursor }),
    },
  },
  async handle({ query: { limit, cursor, product_area: productArea, ...rest } }, { tickets }) {
    if (tickets === undefined)
      return { status: 200, body: { success: true, tickets: [], next_cursor: null } };
    const { store, settings } = tickets;
    const filter = { ...rest, productArea, from: msOf(rest.from), to: msOf(rest.to) };
    return answerPage('tickets', (size) => store.list(filter, size, cursor), {
      limit,
      present: (ticket) => presentTicket(ticket, settings),
    });
  },
});

const getTicket = defineRoute({
  method: 'GET',
  path: '/api/tickets/{id}',
  level: Level.supervised,
  operationId: 'getTicket',
  summary: 'One ticket with its redacted text and every analysis of it.',
  tag: 'tickets',
  params: ticketParameter,
  responses: {
    200: { description: 'The ticket.', schema: z.object({ success, ticket: wireTicketDetail }) },
    404: ticketNotFound,
  },
  async handle({ params: { id } }, services) {
    const { ticket, tickets } = await findTicket(services, id);
    const shown = presentTicketDetail(ticket, await tickets.store.history(id), tickets.settings);
    return { status: 200, body: { success: true, ticket: shown } };
  },
});

const reanalyseTicket = defineRoute({
  method: 'POST',
  path: '/api/tickets/{id}/reanalyse',
  level: Level.autonomous,
  operationId: 'reanalyseTicket',
  summary: 'Has a ticket wait for another analysis, which the next run makes.',
  description: 'The analysis that there is stays until then, and what an operator put right stays for good.',
  tag: 'tickets',
  params: ticketParameter,
  responses: {
    202: {
      description: 'It waits.',
      schema: z.object({ success, id: ticketId, analysis: z.literal('pending') }),
    },
    404: ticketNotFound,
    409: {
      description: '`not_analysable`: it is empty, scrubbed, merged, or left out by a setting.',
      schema: failure,
    },
  },
  async handle({ params: { id } }, services) {
    await askForAnalysis(services, id);
    return { status: 202, body: { success: true, id, analysis: 'pending' } };
  },
});

const correctTicket = defineRoute({
  method: 'PATCH',
  path: '/api/tickets/{id}/analysis',
  level: Level.autonomous,
  operationId: 'correctTicketAnalysis',
  summary: 'Puts right what Claude read in a ticket; kept over later analyses.',
  tag: 'tickets',
  params: ticketParameter,
  body: z
    .strictObject({
      kind: z.enum(TicketKind).optional(),
      severity: z.enum(Severity).optional(),
      product_area: z.string().min(1).max(60).optional().meta({
        description: 'One of TICKET_PRODUCT_AREAS, or `other`.',
      }),
    })
    .refine((change) => Object.keys(change).length > 0, 'must have `kind`, `severity` or `product_area`')
    .meta({ examples: [{ severity: 'high' }], minProperties: 1 }),
  responses: {
    200: { description: 'The ticket as it is now.', schema: z.object({ success, ticket: wireTicket }) },
    404: ticketNotFound,
    409: { description: '`not_analysed`: there is no analysis yet.', schema: failure },
  },
  async handle({ params: { id }, body }, services) {
    const ticket = await correctAnalysis(services, id, body);
    const zendeskUrl = services.tickets?.settings.zendeskUrl ?? '';
    return { status: 200, body: { success: true, ticket: presentTicket(ticket, { zendeskUrl }) } };
  },
});

export const ticketRoutes: readonly Route[] = [listTickets, getTicket, reanalyseTicket, correctTicket];
