import type { TicketEntry } from '#core/tickets/ticket-entry.ts';
import type { TicketRevision } from '#core/tickets/ticket-store.ts';
import type { GroupedTicket, TicketDay } from '../grouped-ticket.ts';
import { groupedTicketOf } from './grouped-ticket-of.ts';
import {
  byCreation,
  type ChangedDays,
  dayOfTicket,
  daysThatDiffer,
  type TicketDays,
  ticketsIn,
} from './ticket-days.ts';

/** A time, in milliseconds since 1970: `from` is included, `to` is not. */
export type TimeRange = { readonly from?: number | undefined; readonly to?: number | undefined };

/**
 * The tickets that are to be read: those that are new or were written since, and those that the walk has not found,
 * which may be gone, or missing from the index for a moment only.
 *
 * @param revisions all that there are of the range
 */
export function ticketsToRead(
  days: TicketDays,
  revisions: Iterable<TicketRevision>,
  { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: TimeRange = {},
): string[] {
  const known = new Map<string, number>();
  const missing = new Set<string>();
  for (const { id, revision, createdAt } of ticketsIn(days)) {
    known.set(id, revision);
    if (createdAt >= from && createdAt < to) missing.add(id);
  }
  const read = new Set<string>();
  for (const { id, revision } of revisions) {
    missing.delete(id);
    if (known.get(id) !== revision) read.add(id);
  }
  return [...read, ...[...missing].filter((id) => !read.has(id))];
}

/**
 * The days with tickets as they were read. Of those that were asked for and are no live tickets, or are left out by
 * the settings, nothing stays.
 *
 * @param asked the ids that were read
 * @param entries what was found
 */
export function withTickets(
  days: TicketDays,
  asked: Iterable<string>,
  entries: ReadonlyMap<string, TicketEntry>,
): ChangedDays {
  const ids = new Set(asked);
  const known = new Map<string, GroupedTicket>();
  const touched = new Set<string>();
  for (const ticket of ticketsIn(days)) {
    if (!ids.has(ticket.id)) continue;
    known.set(ticket.id, ticket);
    touched.add(dayOfTicket(ticket));
  }
  const live = [...ids].flatMap((id) => {
    const entry = entries.get(id);
    return entry?.kind === 'live' ? (groupedTicketOf(entry, known.get(id)) ?? []) : [];
  });
  const taken = Map.groupBy(live, dayOfTicket);
  for (const day of taken.keys()) touched.add(day);
  const after = new Map<string, TicketDay>(days);
  for (const day of touched) {
    const kept = days.get(day)?.tickets.filter(({ id }) => !ids.has(id)) ?? [];
    after.set(day, { day, tickets: [...kept, ...(taken.get(day) ?? [])].sort(byCreation) });
  }
  return { days: after, changed: daysThatDiffer(days, after) };
}
