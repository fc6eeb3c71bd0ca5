import { invalid, type Position } from '#adapters/dynamodb/table/cursor.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import { hasFacets } from '#core/tickets/ticket-facets.ts';
import type { TicketFilter } from '#core/tickets/ticket-store.ts';
import { isoFromMs } from '#core/time/instant.ts';

/** The name of the list of tickets, as its cursors are sealed with it. */
export const TICKET_LIST = 'tickets';

/** Sorts after every time that is written with a year of four digits. */
const END = ':';

/** Whether a ticket can have this id. Anything else is unknown, and must not reach the table as a key. */
export function isTicketId(id: string): boolean {
  return /^\d{1,20}$/.test(id);
}

/** Where a ticket is in a list by time of creation: text in the order of time, unique to the ticket. */
export function createdKey({ id, createdAt }: Pick<LiveTicket, 'id' | 'createdAt'>): string {
  return `${isoFromMs(createdAt)}#${id}`;
}

/** The id of a ticket that has this key. */
export function idInCreatedKey(key: string): string {
  return key.slice(key.indexOf('#') + 1);
}

/** The month that a key or a time in ISO 8601 is in, `2026-11`. */
export function monthIn(key: string): string {
  return key.slice(0, 7);
}

/** A list's filter: the facets asked for, and the keys between which a ticket was created. */
export type TicketRange = {
  readonly facets: readonly (readonly [name: string, value: string])[];
  /** Included. */
  readonly from: string;
  /** Not included. */
  readonly to: string;
};

export function rangeOf({ from, to, ...facets }: TicketFilter): TicketRange {
  return {
    facets: Object.entries(facets).filter((facet): facet is [string, string] => facet[1] !== undefined),
    from: from === undefined ? '' : isoFromMs(from),
    to: to === undefined ? END : isoFromMs(to),
  };
}

/** Whether a ticket belongs into a list with this filter. */
export function isInRange(ticket: LiveTicket, { facets, from, to }: TicketRange): boolean {
  const key = createdKey(ticket);
  return key >= from && key < to && hasFacets(ticket, Object.fromEntries(facets));
}

/** Those months in which a list may have tickets, the newest first. */
export function monthsIn(months: Iterable<string>, { from, to }: TicketRange): readonly string[] {
  const isWithin = (month: string) => month >= monthIn(from) && month <= monthIn(to);
  return [...months].filter(isWithin).toSorted().reverse();
}

/** Where a list goes on: in which month, after which key (none: at the month's beginning). */
export type TicketPosition = { readonly month: string; readonly after: string | undefined };

const MONTH = /^\d{4}-\d{2}$/;
const KEY = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z#\d{1,20}$/;

/** Reads a position. @throws InvalidCursorError */
export function readTicketPosition([month = '', after, ...rest]: Position): TicketPosition {
  const isKey = after === undefined || (KEY.test(after) && monthIn(after) === month);
  if (!MONTH.test(month) || !isKey || rest.length > 0) throw invalid();
  return { month, after };
}

/** The position right after a ticket. */
export function positionAfter(key: string): Position {
  return [monthIn(key), key];
}
