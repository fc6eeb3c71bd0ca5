/** `GET /api/v2/incremental/ticket_events.json`: what happened to tickets, paged by time alone. */
import type { Account } from '#local/zendesk/account.ts';
import type { Call } from '#local/zendesk/http/calls.ts';
import type { Draft } from '#local/zendesk/http/wire-exchange.ts';
import { auditId, renderComments, renderTicket } from '#local/zendesk/tickets/render-ticket.ts';
import type { StoredTicket } from '#local/zendesk/tickets/stored-ticket.ts';
import type { WireComment } from '#local/zendesk/tickets/wire-ticket.ts';
import type { World } from '#local/zendesk/world.ts';
import { describedFailure, htmlPage, invalidAttribute } from './failures.ts';

const PAGE_ROWS = 1000;
/** The time-based exports want an older `start_time` than the cursor export. */
const START_TIME_AGE_SECONDS = 300;

/** An event, not yet rendered. */
type EventPlace = { readonly at: number; readonly index: number; readonly ticket: StoredTicket };

/**
 * One page. It begins with the second of `start_time`, so the last second of the page before comes again; more than a
 * page of events in one second is never passed.
 */
export function exportTicketEvents(world: World, account: Account, call: Call): Draft {
  const text = call.query.get('start_time');
  if (text === null || !/^\d+$/.test(text)) return invalidAttribute('start_time', 'must be an integer');
  const nowSeconds = world.clock.seconds();
  if (Number(text) > nowSeconds - START_TIME_AGE_SECONDS) {
    const description = 'Too recent start_time. Use a start_time older than 5 minutes';
    return describedFailure(422, 'InvalidValue', description);
  }
  const { timeoutAbovePageSize, withholdSeconds } = world.settings;
  const perPage = Math.min(PAGE_ROWS, Math.max(1, Number(call.query.get('per_page')) || PAGE_ROWS));
  if (timeoutAbovePageSize !== undefined && perPage > timeoutAbovePageSize) {
    return htmlPage(504, '504 Gateway Time-out', 'The upstream server did not answer in time.');
  }
  const until = nowSeconds - withholdSeconds;
  const places = eventsOf(account).filter(({ at }) => at >= Number(text) && at <= until);
  const page = places.slice(0, perPage);
  const withComments = (call.query.get('include') ?? '').split(',').includes('comment_events');
  const endTime = page.at(-1)?.at ?? null;
  return {
    status: 200,
    json: {
      ticket_events: page.map((place) => renderEvent(account, place, withComments)),
      next_page: endTime === null ? null : nextPage(call, endTime),
      count: page.length,
      end_time: endTime,
      end_of_stream: places.length <= perPage,
    },
  };
}

function nextPage({ request, path, query }: Call, endTime: number): string {
  const url = new URL(path, request.origin);
  for (const [name, value] of query) url.searchParams.append(name, value);
  url.searchParams.set('start_time', String(endTime));
  return url.href;
}

const cache = new WeakMap<Account, { readonly version: number; readonly places: readonly EventPlace[] }>();

/** All events of an account by time; gathered again only when a ticket changed. */
function eventsOf(account: Account): readonly EventPlace[] {
  const known = cache.get(account);
  if (known?.version === account.store.version) return known.places;
  const places = account.store.ordered().flatMap(placesOf);
  places.sort((a, b) => a.at - b.at || a.ticket.id - b.ticket.id || a.index - b.index);
  cache.set(account, { version: account.store.version, places });
  return places;
}

function placesOf(ticket: StoredTicket): EventPlace[] {
  const created = Math.floor(Date.parse(ticket.createdAt) / 1000) || 0;
  return [
    { at: created, index: 0, ticket },
    ...ticket.audits.map(({ at }, place) => ({ at, index: place + 1, ticket })),
  ];
}

function renderEvent(account: Account, { at, index, ticket }: EventPlace, withComments: boolean): unknown {
  const id = auditId(ticket.id, index);
  const comment = renderComments(ticket, account.base).find(({ audit_id }) => audit_id === id);
  return {
    id,
    ticket_id: ticket.id,
    timestamp: at,
    created_at: new Date(at * 1000).toISOString().replace('.000Z', 'Z'),
    updater_id: comment?.author_id ?? null,
    via: renderTicket(ticket, account.base).via.channel,
    system: {},
    event_type: 'Audit',
    child_events: [
      ...(comment ? [commentEvent(comment, withComments)] : []),
      ...changeEvents(ticket, index, id),
    ],
  };
}

/** Without the side-load only the fact that there is a comment is told. */
function commentEvent(comment: WireComment, withComments: boolean): Record<string, unknown> {
  const told = {
    id: comment.id,
    comment_present: true,
    comment_public: comment.public,
    via: comment.via.channel,
  };
  if (!withComments) return { ...told, event_type: 'Comment' };
  const { type, author_id, body, html_body, attachments } = comment;
  return {
    ...told,
    event_type: 'Comment',
    type,
    author_id,
    body,
    html_body,
    public: comment.public,
    attachments,
  };
}

function changeEvents(ticket: StoredTicket, index: number, id: number): unknown[] {
  if (index === 0) return [{ id: id * 10 + 1, event_type: 'Create', status: 'new', subject: ticket.subject }];
  const { changes = [] } = ticket.audits[index - 1] ?? {};
  return changes.map(({ field, value, previous }, place) => ({
    id: id * 10 + 1 + place,
    event_type: 'Change',
    [field]: value,
    previous_value: previous,
  }));
}
