import * as z from 'zod';
import { effectiveAnalysis } from '#core/tickets/analyse-ticket.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import type { FoundTicket } from '#functions/admin-api/ports.ts';
import { issueId } from '#functions/admin-api/present/present-issue.ts';
import { ticketUrl, wireTicket } from '#functions/admin-api/present/present-ticket.ts';
import { searchText, shortLimit, success } from '#functions/admin-api/present/wire-schemas.ts';

/** Digits behind the point of a score: what is behind them is noise. */
const SCORE_DIGITS = 4;

const wireFound = wireTicket.pick({ id: true, url: true, created_at: true, status: true }).extend({
  statement: z.string().meta({ description: 'Of its analysis, or a line of its text.' }),
  summary: z.string().nullable().meta({ description: 'Of its analysis, in its language.' }),
  issue_id: issueId.nullable(),
  score: z
    .number()
    .nonnegative()
    .meta({ description: 'The higher the better; not comparable with that of another query.' }),
});

const searchTickets = defineRoute({
  method: 'GET',
  path: '/api/tickets/search',
  level: Level.supervised,
  operationId: 'searchTickets',
  summary: 'Finds tickets by what they say, the most relevant first.',
  description:
    'Statements and summaries of the last 90 days, in any script, with prefixes and typing errors, as they were when the ' +
    'tickets were grouped last. What was deleted since is not found.',
  tag: 'tickets',
  query: z.strictObject({
    q: searchText('What to find.', 'export csv'),
    limit: shortLimit,
  }),
  responses: {
    200: {
      description: 'The best first; nothing where no Zendesk is configured.',
      schema: z.object({
        success,
        tickets: z.array(wireFound),
        partial: z.literal(true).optional().meta({ description: 'There only where not all were searched.' }),
        partial_reason: z.string().optional(),
      }),
    },
  },
  async handle({ query: { q, limit } }, { tickets }) {
    if (tickets === undefined) return { status: 200, body: { success: true, tickets: [] } };
    const [{ search }, { lineOf }] = await Promise.all([
      tickets.issues(),
      import('#functions/admin-api/issues/live-tickets.ts'),
    ]);
    const { found, partial } = await search.search(q, limit);
    const facts = partial === undefined ? {} : { partial: true, partial_reason: partial };
    const { zendeskUrl } = tickets.settings;
    const shown = found.map((one) => presentFound(one, lineOf(one.ticket), zendeskUrl));
    return { status: 200, body: { success: true, tickets: shown, ...facts } };
  },
});

function presentFound(
  { ticket, issueId: issue_id, score }: FoundTicket,
  statement: string,
  zendeskUrl: string,
) {
  return {
    id: ticket.id,
    url: ticketUrl(ticket.id, zendeskUrl),
    created_at: isoFromMs(ticket.createdAt),
    status: ticket.status,
    statement,
    summary: effectiveAnalysis(ticket)?.summary ?? null,
    issue_id,
    score: Number(score.toFixed(SCORE_DIGITS)),
  };
}

export const ticketSearchRoutes: readonly Route[] = [searchTickets];
