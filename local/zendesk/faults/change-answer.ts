/** Faults that leave a good answer good but for one thing. */
import type { Account } from '#local/zendesk/account.ts';
import { decodeCursor, encodeCursor } from '#local/zendesk/api/cursor.ts';
import { afterUrl } from '#local/zendesk/api/incremental-tickets.ts';
import type { Call } from '#local/zendesk/http/calls.ts';
import type { Draft } from '#local/zendesk/http/wire-exchange.ts';
import { renderTicket } from '#local/zendesk/tickets/render-ticket.ts';
import type { FaultOf } from './fault-schema.ts';
import type { AnswerChange } from './faults.ts';

type Json = Readonly<Record<string, unknown>>;

/** Does what a fault says to an answer; a failure, or an answer of another call, is left alone. */
export function changeAnswer(account: Account, call: Call, draft: Draft, change: AnswerChange): Draft {
  const { json, status } = draft;
  if (json === undefined || status >= 300) return draft;
  if (change.kind === 'fields') return { ...draft, json: { ...json, ...change.fields } };
  if (call.route !== 'incremental_tickets') return draft;
  return { ...draft, json: { ...json, ...pageChanges(account, call, json, change) } };
}

function pageChanges(
  account: Account,
  call: Call,
  json: Json,
  change: Exclude<AnswerChange, FaultOf<'fields'>>,
): Json {
  switch (change.kind) {
    case 'repeat_cursor':
      return repeatedCursor(call);
    case 'no_cursor':
      return { after_cursor: null, after_url: null, end_of_stream: false };
    case 'empty_page':
      return emptyPage(call);
    case 'duplicate_ticket':
      return withDuplicate(account, call, json);
    case 'foreign_after_url':
      return foreignUrl(json, change.origin ?? 'https://evil.example');
  }
}

function repeatedCursor(call: Call): Json {
  const cursor = call.query.get('cursor') ?? '';
  return { after_cursor: cursor, after_url: afterUrl(call, cursor), end_of_stream: false };
}

function emptyPage(call: Call): Json {
  const asked = decodeCursor(call.query.get('cursor') ?? '');
  const place = asked ?? { generatedAt: Number(call.query.get('start_time')), id: 0 };
  // Another cursor than the one that was asked with, for the same place: there is a mark at its end, or there is none.
  const plain = encodeCursor(place);
  const cursor = call.query.get('cursor') === plain ? encodeCursor(place, 'e') : plain;
  return {
    tickets: [],
    after_cursor: cursor,
    after_url: afterUrl(call, cursor),
    end_of_stream: false,
  };
}

function withDuplicate({ store, base }: Account, call: Call, json: Json): Json {
  const { tickets } = json;
  // Another fault has made something else of the page: a duplicate alone would hide what was in it.
  if (!Array.isArray(tickets)) return {};
  const asked = decodeCursor(call.query.get('cursor') ?? '');
  const before = asked && store.lastBefore(asked);
  const again = before ? renderTicket(before, base) : tickets[0];
  return { tickets: again === undefined ? tickets : [again, ...tickets] };
}

function foreignUrl(json: Json, origin: string): Json {
  const own = new URL(String(json.after_url));
  return { after_url: new URL(`${own.pathname}${own.search}`, origin).href };
}
