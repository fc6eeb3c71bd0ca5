import type { Page } from '#core/page.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import type { TicketFilter } from '#core/tickets/ticket-store.ts';
import { answerPage } from '#functions/admin-api/http/answer-page.ts';
import type { RouteResponse } from '#functions/admin-api/http/route.ts';
import type { Services, TicketServices } from '#functions/admin-api/ports.ts';
import { presentTicket } from '#functions/admin-api/present/present-ticket.ts';
import { findIssue, isMoved, movedAnswer } from './find-issue.ts';
import { issueIdsOf } from './issue-ids.ts';
import { findTicketPlace, listIssueTickets } from './issue-tickets.ts';

/** A list of the tickets of an issue, as it was asked for. */
export type IssueTicketQuery = {
  readonly issue: string;
  readonly filter: TicketFilter;
  readonly limit: number;
  readonly cursor: string | undefined;
};

/** The answer where there are no tickets. */
export function answerNoTickets(): RouteResponse {
  return { status: 200, body: { success: true, tickets: [], next_cursor: null } };
}

/** A page of tickets, each with the issue that it is in now. */
export function answerTickets(
  tickets: TicketServices,
  read: (limit: number) => Promise<Page<LiveTicket>>,
  limit: number,
): Promise<RouteResponse> {
  const readPlaced = async (size: number) => {
    const { items, cursor } = await read(size);
    const issueIds = await issueIdsOf(tickets, items);
    const placed = items.map((ticket) => ({ ticket, issueId: issueIds.get(ticket.id) ?? null }));
    return { items: placed, cursor };
  };
  return answerPlaced(tickets, readPlaced, limit);
}

/**
 * A page of the tickets of an issue. An id that was merged away leads on; an unknown one has no tickets.
 *
 * @throws InvalidCursorError
 * @throws ApiError `cursor_expired` (400)
 */
export async function answerTicketsOf(
  tickets: TicketServices,
  { issue, filter, limit, cursor }: IssueTicketQuery,
): Promise<RouteResponse> {
  const { reader, records, cursors } = await tickets.issues();
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  const names = { cursors: cursors.tickets, asked: { issue, ...Object.fromEntries(given) } };
  const place = await findTicketPlace(reader, names, cursor);
  if (place === undefined) return answerNoTickets();
  const isThere = (await place.view.issues()).has(issue);
  const issueId = isThere ? issue : ((await records.movedTo(issue)) ?? issue);
  const list = { ...place, issueId, filter };
  const read = async (size: number) => {
    const page = await listIssueTickets(tickets.store, list, names, size);
    return { items: page.items.map((ticket) => ({ ticket, issueId })), cursor: page.cursor };
  };
  return answerPlaced(tickets, read, limit);
}

/**
 * A page of the tickets of one issue, or where it went.
 *
 * @throws InvalidCursorError
 * @throws ApiError `issue_not_found` (404), `cursor_expired` (400)
 */
export async function answerTicketsIn(
  services: Pick<Services, 'tickets'>,
  id: string,
  page: Pick<IssueTicketQuery, 'limit' | 'cursor'>,
): Promise<RouteResponse> {
  const { tickets } = services;
  // A list that has begun goes on in its generation, although the issue may be another one by now.
  if (tickets !== undefined && page.cursor !== undefined) {
    return answerTicketsOf(tickets, { issue: id, filter: {}, ...page });
  }
  const found = await findIssue(services, id);
  if (isMoved(found)) return movedAnswer(found);
  return answerTicketsOf(found.tickets, { issue: id, filter: {}, ...page });
}

type PlacedTicket = { readonly ticket: LiveTicket; readonly issueId: string | null };

function answerPlaced(
  { settings: { zendeskUrl } }: TicketServices,
  read: (limit: number) => Promise<Page<PlacedTicket>>,
  limit: number,
): Promise<RouteResponse> {
  return answerPage('tickets', read, {
    limit,
    present: ({ ticket, issueId }) => presentTicket(ticket, { zendeskUrl, issueId }),
  });
}
