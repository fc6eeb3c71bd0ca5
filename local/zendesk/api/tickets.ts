/** `GET /api/v2/tickets/{id}.json`, its comments, and the list, which is not for exports. */
import type { Account } from '#local/zendesk/account.ts';
import type { Call } from '#local/zendesk/http/calls.ts';
import type { Draft } from '#local/zendesk/http/wire-exchange.ts';
import { renderComments, renderTicket } from '#local/zendesk/tickets/render-ticket.ts';
import type { StoredTicket } from '#local/zendesk/tickets/stored-ticket.ts';
import { recordNotFound } from './failures.ts';
import { type ListPage, pageOf } from './list-pages.ts';
import { renderUser } from './users.ts';

/** One ticket; archived ones are found, deleted ones are not. */
export function showTicket(account: Account, { id }: Call, nowMs: number): Draft {
  const ticket = findTicket(account, id, nowMs);
  return ticket === undefined
    ? recordNotFound()
    : { status: 200, json: { ticket: renderTicket(ticket, account.base) } };
}

/** The tickets that are neither archived nor deleted, oldest first. */
export function listTickets(account: Account, call: Call, nowMs: number): Draft {
  const tickets = account.store
    .ordered()
    .filter((ticket) => isThere(ticket, nowMs) && !ticket.isArchived)
    .sort((a, b) => a.id - b.id);
  const page = pageOf(tickets, call);
  if ('status' in page) return page;
  const rendered = page.rows.map((ticket) => renderTicket(ticket, account.base));
  return { status: 200, json: { tickets: rendered, ...page.links } };
}

/** The comments of a ticket; a deleted one answers 404. */
export function listComments(account: Account, call: Call, nowMs: number): Draft {
  const ticket = findTicket(account, call.id, nowMs);
  if (ticket === undefined) return recordNotFound();
  const comments = renderComments(ticket, account.base);
  const page: ListPage<(typeof comments)[number]> | Draft = pageOf(
    isNewestFirst(call.query) ? comments.reverse() : comments,
    call,
  );
  if ('status' in page) return page;
  const authors = new Set(page.rows.map(({ author_id }) => author_id).filter((id) => id !== null));
  const users = [...authors].map((id) => renderUser(account, id));
  const withUsers = (call.query.get('include') ?? '').split(',').includes('users');
  return { status: 200, json: { comments: page.rows, ...(withUsers && { users }), ...page.links } };
}

/** Parameters of the old paging beside those of the new one drop the order without a word. */
function isNewestFirst(query: URLSearchParams): boolean {
  if (query.has('page[size]') && (query.has('page') || query.has('per_page'))) return false;
  return query.get('sort') === '-created_at' || query.get('sort_order') === 'desc';
}

function findTicket({ store }: Account, id: number, nowMs: number): StoredTicket | undefined {
  const ticket = store.get(id);
  return ticket !== undefined && isThere(ticket, nowMs) ? ticket : undefined;
}

/** A ticket of a file may lie ahead: it comes in when its time is there. */
function isThere({ status, createdAt }: StoredTicket, nowMs: number): boolean {
  return status !== 'deleted' && !(Date.parse(createdAt) > nowMs);
}
