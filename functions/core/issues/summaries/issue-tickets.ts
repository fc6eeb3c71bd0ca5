import type { GroupedTicket, TicketDay } from '../grouped-ticket.ts';
import type { TicketDays } from '../grouping/ticket-days.ts';

/** The tickets of each issue, in the order of the days. Spam, and what says nothing, is in none. */
export function ticketsByIssue(days: Iterable<TicketDay>): Map<string, GroupedTicket[]> {
  const byIssue = new Map<string, GroupedTicket[]>();
  for (const { tickets } of days) {
    for (const ticket of tickets) {
      if (ticket.issueId === null) continue;
      const own = byIssue.get(ticket.issueId);
      if (own === undefined) byIssue.set(ticket.issueId, [ticket]);
      else own.push(ticket);
    }
  }
  return byIssue;
}

/** The issues that tickets came to, went from, or changed in. Days that are the same object are not compared. */
export function changedIssues(before: TicketDays | undefined, after: TicketDays): Set<string> {
  const changed = new Set<string>();
  const add = (ticket: GroupedTicket | undefined) => {
    if (ticket !== undefined && ticket.issueId !== null) changed.add(ticket.issueId);
  };
  for (const [earlier, later] of changedTickets(before, after)) {
    add(earlier);
    add(later);
  }
  return changed;
}

/** What is no longer said by any ticket: it must not be shown any more. */
export type GoneTexts = {
  /** Tickets that are deleted, or were emptied. */
  readonly ids: ReadonlySet<string>;
  /** What was shown of them, and of those that say something else now. */
  readonly lines: ReadonlySet<string>;
};

/**
 * What went from the days. That an analysis took the place of the text is no loss, and a ticket whose day became older
 * than the window is still there.
 */
export function goneTexts(before: TicketDays, after: TicketDays): GoneTexts {
  const ids = new Set<string>();
  const lines = new Set<string>();
  for (const [earlier, later] of changedTickets(before, after)) {
    if (earlier === undefined || (earlier.line !== '' && earlier.line === later?.line)) continue;
    const isEmptied = later !== undefined && later.revision !== earlier.revision && later.line === '';
    if (later === undefined || isEmptied) ids.add(earlier.id);
    else if (later.revision === earlier.revision || isAnalysed(earlier, later)) continue;
    if (earlier.line !== '') lines.add(earlier.line);
  }
  return { ids, lines };
}

function isAnalysed(earlier: GroupedTicket, later: GroupedTicket): boolean {
  return earlier.analysis !== 'done' && later.analysis === 'done';
}

/** Each ticket that is not what it was, or is there in one of the two only. A ticket may have changed its day. */
function* changedTickets(
  before: TicketDays | undefined,
  after: TicketDays,
): Generator<readonly [GroupedTicket | undefined, GroupedTicket | undefined]> {
  const earlier = new Map<string, GroupedTicket>();
  for (const ticket of ticketsOfOtherDays(before, after)) earlier.set(ticket.id, ticket);
  for (const ticket of ticketsOfOtherDays(after, before)) {
    const known = earlier.get(ticket.id);
    earlier.delete(ticket.id);
    if (known === undefined || !isSame(known, ticket)) yield [known, ticket];
  }
  for (const ticket of earlier.values()) yield [ticket, undefined];
}

/** The tickets of those days that are not the same object in both. */
function* ticketsOfOtherDays(
  days: TicketDays | undefined,
  others: TicketDays | undefined,
): Generator<GroupedTicket> {
  for (const [day, { tickets }] of days ?? []) if (others?.get(day)?.tickets !== tickets) yield* tickets;
}

function isSame(a: GroupedTicket, b: GroupedTicket): boolean {
  if (a === b) return true;
  const keys = Object.keys(a) as (keyof GroupedTicket)[];
  return keys.every((key) => a[key] === b[key]);
}
