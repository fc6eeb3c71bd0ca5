import * as z from 'zod';
import { Sentiment, Severity, TicketKind } from '#core/tickets/analysis/analysis.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import type { TicketServices } from '#functions/admin-api/ports.ts';
import { issueFilter } from '#functions/admin-api/present/present-issue.ts';
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
  moment,
  msOfMoment,
  nextCursor,
  pageQuery,
  success,
} from '#functions/admin-api/present/wire-schemas.ts';

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
    issue: issueFilter,
    ...pageQuery,
  }),
  responses: {
    200: {
      description: 'A page of tickets; an empty one where no Zendesk is configured.',
      schema: z.object({ success, tickets: z.array(wireTicket), next_cursor: nextCursor }),
    },
  },
  async handle({ query: { limit, cursor, issue, product_area: productArea, ...rest } }, { tickets }) {
    const { answerNoTickets, answerTickets, answerTicketsOf } = await import(
      '#functions/admin-api/issues/answer-tickets.ts'
    );
    if (tickets === undefined) return answerNoTickets();
    const filter = { ...rest, productArea, from: msOfMoment(rest.from), to: msOfMoment(rest.to) };
    if (issue !== undefined) return answerTicketsOf(tickets, { issue, filter, limit, cursor });
    return answerTickets(tickets, (size) => tickets.store.list(filter, size, cursor), limit);
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
    const { findTicket } = await loadChanges();
    const { ticket, tickets } = await findTicket(services, id);
    const [history, issueId] = await Promise.all([tickets.store.history(id), issueIdOf(tickets, ticket)]);
    const { zendeskUrl } = tickets.settings;
    const shown = presentTicketDetail(ticket, history, { zendeskUrl, issueId });
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
    const { askForAnalysis } = await loadChanges();
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
    const { correctAnalysis } = await loadChanges();
    const { ticket, tickets } = await correctAnalysis(services, id, body);
    const { zendeskUrl } = tickets.settings;
    const issueId = await issueIdOf(tickets, ticket);
    return { status: 200, body: { success: true, ticket: presentTicket(ticket, { zendeskUrl, issueId }) } };
  },
});

/** They bring the prompt of the analysis along, which tells the areas. */
function loadChanges() {
  return import('#functions/admin-api/tickets/change-ticket.ts');
}

/** The issue that a ticket is in now; null: in none. */
async function issueIdOf(tickets: TicketServices, ticket: LiveTicket): Promise<string | null> {
  const { issueIdsOf } = await import('#functions/admin-api/issues/issue-ids.ts');
  return (await issueIdsOf(tickets, [ticket])).get(ticket.id) ?? null;
}

export const ticketRoutes: readonly Route[] = [listTickets, getTicket, reanalyseTicket, correctTicket];
