/** `GET /api/v2/incremental/tickets/cursor.json`. */
import type { Account } from '#local/zendesk/account.ts';
import type { Call } from '#local/zendesk/http/calls.ts';
import type { Draft } from '#local/zendesk/http/wire-exchange.ts';
import { renderTicket } from '#local/zendesk/tickets/render-ticket.ts';
import type { StoredTicket } from '#local/zendesk/tickets/stored-ticket.ts';
import type { Position } from '#local/zendesk/tickets/ticket-store.ts';
import type { World } from '#local/zendesk/world.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { describedFailure, htmlPage, invalidAttribute, listedFailure } from './failures.ts';
import { sideLoads } from './side-loads.ts';

const MAX_PER_PAGE = 1000;
/** A `start_time` must be older than this, whatever is withheld. */
const START_TIME_AGE_SECONDS = 60;

/** What a page is asked for. */
type PageRequest = { readonly after: Position; readonly perPage: number };

/** One page of the export. */
export function exportTickets(world: World, account: Account, call: Call): Draft {
  const nowSeconds = world.clock.seconds();
  const request = readRequest(call.query, nowSeconds);
  if ('status' in request) return request;
  const { after, perPage } = request;
  const { timeoutAbovePageSize, withholdSeconds } = world.settings;
  if (timeoutAbovePageSize !== undefined && perPage > timeoutAbovePageSize) {
    return htmlPage(504, '504 Gateway Time-out', 'The upstream server did not answer in time.');
  }
  const { tickets, hasMore } = account.store.slice({
    after,
    until: nowSeconds - withholdSeconds,
    limit: perPage,
    accepts: acceptanceOf(call.query),
  });
  const last = tickets.at(-1);
  const cursor = encodeCursor(last ?? after);
  return {
    status: 200,
    json: {
      tickets: tickets.map((ticket) => renderTicket(ticket, account.base)),
      ...sideLoads(account, call.query.get('include'), tickets),
      after_url: afterUrl(call, cursor),
      after_cursor: cursor,
      before_url: null,
      before_cursor: null,
      end_of_stream: !hasMore,
    },
  };
}

/** The address of the next page, at the server that was called. */
export function afterUrl({ request, query }: Call, cursor: string): string {
  const next = new URL('/api/v2/incremental/tickets/cursor.json', request.origin);
  for (const [name, value] of query) {
    if (name !== 'cursor' && name !== 'start_time') next.searchParams.append(name, value);
  }
  next.searchParams.set('cursor', cursor);
  return next.href;
}

function readRequest(query: URLSearchParams, nowSeconds: number): PageRequest | Draft {
  const perPage = Number(query.get('per_page') ?? MAX_PER_PAGE);
  if (!Number.isInteger(perPage) || perPage < 1) return invalidAttribute('per_page', 'must be an integer');
  const after = query.has('cursor')
    ? readCursor(query.get('cursor') ?? '')
    : readStart(query.get('start_time'), nowSeconds);
  return 'status' in after ? after : { after, perPage: Math.min(perPage, MAX_PER_PAGE) };
}

function readCursor(cursor: string): Position | Draft {
  return decodeCursor(cursor) ?? unusableCursor(400);
}

/** What is answered to a cursor that cannot be used; how Zendesk says so is not documented. */
export function unusableCursor(status: number): Draft {
  return listedFailure(status, 'InvalidCursor', 'Invalid cursor', 'The cursor is invalid or has expired.');
}

/** The place before the first ticket of a second. */
function readStart(text: string | null, nowSeconds: number): Position | Draft {
  if (text === null || !/^\d+$/.test(text)) return invalidAttribute('start_time', 'must be an integer');
  const start = Number(text);
  if (start > nowSeconds - START_TIME_AGE_SECONDS) {
    const description = 'Too recent start_time. Use a start_time older than 1 minute';
    return describedFailure(400, 'StartTimeTooRecent', description);
  }
  return { generatedAt: start, id: 0 };
}

function acceptanceOf(query: URLSearchParams): (ticket: StoredTicket) => boolean {
  const withoutDeleted = query.get('exclude_deleted') === 'true';
  const scope = query.get('support_type_scope') ?? 'agent';
  return ({ status, supportType }) =>
    (!withoutDeleted || status !== 'deleted') && (scope === 'all' || supportType === scope);
}
