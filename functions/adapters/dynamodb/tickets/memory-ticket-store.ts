import { fillPage } from '#adapters/dynamodb/table/fill-page.ts';
import { itemName } from '#adapters/dynamodb/table/table.ts';
import type { LiveTicket, StoredAnalysis, TicketEntry } from '#core/tickets/ticket-entry.ts';
import { FILTERED, facetsOf } from '#core/tickets/ticket-facets.ts';
import type { RawText, TicketStore, TicketTransition } from '#core/tickets/ticket-store.ts';
import {
  createdKey,
  isInRange,
  isTicketId,
  positionAfter,
  rangeOf,
  readTicketPosition,
  TICKET_LIST,
} from './ticket-list.ts';
import { cutRaw, historyOf, losesItsText, olderAnalyses } from './ticket-text.ts';

/** What is kept of a ticket. */
type MemoryTicket = {
  readonly entry?: TicketEntry;
  /** Without a text: the mark that a deletion leaves. */
  readonly raw?: { readonly text?: RawText; readonly generatedAt: number; readonly expiresAt: number };
  /** The analyses before the newest one, the newest of them first. */
  readonly older: readonly StoredAnalysis[];
};

/** Tickets by subdomain and id. */
export type MemoryTickets = { readonly tickets: Map<string, MemoryTicket> };

/** The in-memory fake of `createTicketStore`. Nothing comes between its read and its write. */
export function createMemoryTicketStore({ tickets }: MemoryTickets, subdomain: string): TicketStore {
  const place = (id: string) => itemName({ pk: subdomain, sk: id });
  const read = (id: string): MemoryTicket => tickets.get(place(id)) ?? { older: [] };
  const live = () => liveTickets(tickets, subdomain);
  const count = (status: string) => live().filter(({ analysis }) => analysis.status === status).length;
  return {
    get: async (id) => read(id).entry,
    getMany: async (ids) =>
      new Map(
        ids.flatMap((id): [string, TicketEntry][] => {
          const { entry } = read(id);
          return entry ? [[id, entry]] : [];
        }),
      ),
    async change(id, transition) {
      const before = read(id);
      const taken = transition(before.entry);
      if (taken.next && isTicketId(id)) tickets.set(place(id), changed(before, taken, taken.next));
      return taken.result;
    },
    async putRaw(id, text, version) {
      const before = read(id);
      const { raw } = before;
      const isNewer = !raw || raw.generatedAt < version.generatedAt;
      const isSame = raw?.text !== undefined && raw.generatedAt === version.generatedAt;
      if (isTicketId(id) && (isNewer || isSame))
        tickets.set(place(id), { ...before, raw: { text: cutRaw(text), ...version } });
    },
    async getRaw(id, now) {
      const { raw, entry } = read(id);
      return raw && raw.expiresAt > now && entry?.kind === 'live' ? raw.text : undefined;
    },
    pending: async (limit) =>
      live()
        .filter(({ analysis }) => analysis.status === 'pending')
        .slice(0, limit),
    counts: async () => ({ pending: count('pending'), batched: count('batched'), failed: count('failed') }),
    list: (filter, limit, cursor) => listOf(live, { ...rangeOf(filter), subdomain }, limit, cursor),
    async *revisions({ from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }) {
      const found = live().filter(
        (ticket) =>
          ticket.createdAt >= from && ticket.createdAt < to && facetsOf(ticket).analysis !== FILTERED,
      );
      if (found.length > 0) yield found.map(({ id, createdAt, revision }) => ({ id, createdAt, revision }));
    },
    history: async (id) => historyOf(read(id).entry, read(id).older),
  };
}

function listOf(
  live: () => LiveTicket[],
  range: ReturnType<typeof rangeOf> & { readonly subdomain: string },
  limit: number,
  cursor: string | undefined,
) {
  const source = {
    list: TICKET_LIST,
    filter: range,
    async read(position: readonly string[] | undefined) {
      const after = position && readTicketPosition(position).after;
      const hits = live()
        .filter((ticket) => isInRange(ticket, range) && (after === undefined || createdKey(ticket) < after))
        .map((item) => ({ item, position: positionAfter(createdKey(item)) }));
      return { hits, next: undefined };
    },
  };
  return fillPage(source, limit, cursor, 1);
}

function changed(
  before: MemoryTicket,
  { history }: TicketTransition<unknown>,
  wanted: TicketEntry,
): MemoryTicket {
  const entry = { ...wanted, revision: (before.entry?.revision ?? 0) + 1 };
  if (losesItsText(before.entry, entry)) {
    const { generatedAt } = entry;
    const isDeleted = entry.kind === 'deleted';
    return { entry, older: [], ...(isDeleted ? { raw: { generatedAt, expiresAt: 0 } } : {}) };
  }
  return { ...before, entry, older: olderAnalyses(before.entry, before.older, history !== undefined) };
}

/** The newest first. */
function liveTickets(tickets: MemoryTickets['tickets'], subdomain: string): LiveTicket[] {
  return [...tickets]
    .filter(([name]) => name.startsWith(`${JSON.stringify([subdomain]).slice(0, -1)},`))
    .flatMap(([, { entry }]) => (entry?.kind === 'live' ? [entry] : []))
    .toSorted((a, b) => (createdKey(a) < createdKey(b) ? 1 : -1));
}
