import { isDeepStrictEqual } from 'node:util';
import { dayOf, hourOf } from '#core/issues/trends/hour-counts.ts';
import type { GroupedTicket, TicketDay } from '../grouped-ticket.ts';

/** Tickets by the UTC day of their creation (`2025-11-11`). */
export type TicketDays = ReadonlyMap<string, TicketDay>;

/** Days after something was done to them. A day that is not in `changed` is the same object as before. */
export type ChangedDays = { readonly days: TicketDays; readonly changed: ReadonlySet<string> };

/** All tickets of days, in no particular order. */
export function* ticketsIn(days: TicketDays): Generator<GroupedTicket> {
  for (const { tickets } of days.values()) yield* tickets;
}

/** The oldest first, and of those of one time the one with the lesser id: an order that no way of reading changes. */
export function byCreation(one: GroupedTicket, other: GroupedTicket): number {
  return one.createdAt - other.createdAt || (one.id < other.id ? -1 : Number(one.id > other.id));
}

/** The UTC day that a ticket was created in. */
export function dayOfTicket({ createdAt }: Pick<GroupedTicket, 'createdAt'>): string {
  return dayOf(hourOf(createdAt));
}

/** Each ticket as `change` makes it; a ticket that comes back as the same object is unchanged. */
export function mapTickets(days: TicketDays, change: (ticket: GroupedTicket) => GroupedTicket): ChangedDays {
  const changed = new Set<string>();
  const after = new Map<string, TicketDay>();
  for (const [name, day] of days) {
    const tickets = day.tickets.map(change);
    const isSame = tickets.every((ticket, at) => ticket === day.tickets[at]);
    if (!isSame) changed.add(name);
    after.set(name, isSame ? day : { day: name, tickets });
  }
  return { days: after, changed };
}

/** Days that differ from those before, a day without tickets being like one that is not there. */
export function daysThatDiffer(before: TicketDays, after: TicketDays): Set<string> {
  const names = new Set([...before.keys(), ...after.keys()]);
  return new Set(
    [...names].filter((name) => {
      const [one, other] = [before.get(name), after.get(name)];
      return one !== other && !isDeepStrictEqual(one?.tickets ?? [], other?.tickets ?? []);
    }),
  );
}
