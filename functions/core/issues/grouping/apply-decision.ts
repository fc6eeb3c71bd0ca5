import type { IssueDecision } from '../issue.ts';
import { issueIdOf } from './issue-id.ts';
import { byCreation, type ChangedDays, mapTickets, type TicketDays, ticketsIn } from './ticket-days.ts';

/** Issues become one: all tickets of `issue` are in `into` from now on. Applied again, it changes nothing. */
export function withMerge(
  days: TicketDays,
  { issue, into }: { readonly issue: string; readonly into: string },
): ChangedDays {
  return mapTickets(days, (ticket) =>
    ticket.issueId === issue && issue !== into ? { ...ticket, issueId: into } : ticket,
  );
}

/** A part of an issue becomes another: of `tickets` those that are in `issue` are in `into` from now on. */
export function withSplit(
  days: TicketDays,
  split: { readonly issue: string; readonly into: string; readonly tickets: Iterable<string> },
): ChangedDays {
  const { issue, into } = split;
  const ids = new Set(split.tickets);
  return mapTickets(days, (ticket) =>
    ticket.issueId === issue && ids.has(ticket.id) ? { ...ticket, issueId: into } : ticket,
  );
}

/** What a split comes to. */
export type PlannedSplit = {
  /** The new issue's id. */
  readonly into: string;
  /** Of the tickets that were named, those that are in the issue. */
  readonly tickets: readonly string[];
  /** The issue's other tickets. */
  readonly rest: readonly string[];
  /** Of the tickets that were named, those that are not in the issue. */
  readonly strangers: readonly string[];
};

/**
 * Prepares an operator's split: which tickets go and which stay, and under what id. Nothing is checked: without
 * `tickets` nothing would go, without `rest` nothing would stay, and neither is a split.
 *
 * @param at when it is decided, in milliseconds since 1970
 * @param isTaken whether an issue has or had this id
 */
export function planSplit(
  days: TicketDays,
  { issue, named, at }: { readonly issue: string; readonly named: Iterable<string>; readonly at: number },
  { subdomain, isTaken }: { readonly subdomain: string; readonly isTaken: (id: string) => boolean },
): PlannedSplit {
  const ids = new Set(named);
  const own = [...ticketsIn(days)].filter(({ issueId }) => issueId === issue).sort(byCreation);
  const going = own.filter(({ id }) => ids.has(id));
  const tickets = going.map(({ id }) => id);
  const rest = own.flatMap(({ id }) => (ids.has(id) ? [] : [id]));
  const found = new Set(tickets);
  const founder = going[0] ?? { id: issue, createdAt: at };
  return {
    into: issueIdOf(founder, { subdomain, salt: `split ${at}`, isTaken }),
    tickets,
    rest,
    strangers: [...ids].filter((id) => !found.has(id)),
  };
}

/**
 * The days with decisions that are not in them yet, in their order. What cannot be is passed over: a merge into an
 * issue that has no tickets, or of one that has none.
 *
 * @param decidedUntil the number of the last decision that is in them; 0: none
 */
export function withDecisions(
  days: TicketDays,
  decisions: readonly IssueDecision[],
  decidedUntil: number,
): TicketDays {
  let after = days;
  const open = decisions.filter(({ number }) => number > decidedUntil);
  for (const decision of open.sort((one, other) => one.number - other.number)) {
    if (decision.type === 'split') after = withSplit(after, decision).days;
    else if (hasTickets(after, decision.into)) after = withMerge(after, decision).days;
  }
  return after;
}

function hasTickets(days: TicketDays, issue: string): boolean {
  for (const { issueId } of ticketsIn(days)) if (issueId === issue) return true;
  return false;
}
