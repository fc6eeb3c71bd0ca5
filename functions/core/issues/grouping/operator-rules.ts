import type { OperatorDecisions } from '#core/issues/clusters/consolidate.ts';
import type { GroupedTicket } from '../grouped-ticket.ts';
import { type IssueDecision, type IssueFacts, IssueStatus } from '../issue.ts';
import { isGroupable } from './grouped-ticket-of.ts';
import { mapTickets, type TicketDays, ticketsIn } from './ticket-days.ts';

/** Issues that an operator named, ignored or merged others into. */
export function pinnedIssues(
  facts: ReadonlyMap<string, IssueFacts>,
  decisions: readonly IssueDecision[],
): string[] {
  const kept = [...facts.values()].filter(
    ({ title, status, hasMerged }) => title !== null || status === IssueStatus.ignored || hasMerged,
  );
  // A decision is there before the facts that follow from it.
  const merged = decisions.flatMap((decision) => (decision.type === 'merge' ? [decision.into] : []));
  return [...new Set([...kept.map(({ id }) => id), ...merged])].sort();
}

/**
 * The tickets that operators keep apart by splits. What a later merge joined is no longer kept apart. Where none of a
 * side's tickets can be grouped any more, because they are old or gone, its issue's present tickets stand for it.
 *
 * @param tickets all that there are
 */
export function splitSides(
  tickets: readonly GroupedTicket[],
  decisions: readonly IssueDecision[],
): OperatorDecisions['apart'] {
  const splits = decisions.filter((decision) => decision.type === 'split');
  if (splits.length === 0) return [];
  const byId = new Map(tickets.map((ticket) => [ticket.id, ticket]));
  const byIssue = Map.groupBy(tickets.filter(isGroupable), ({ issueId }) => issueId);
  const sideOf = (ids: readonly string[], issue: string) => {
    const there = ids.flatMap((id) => byId.get(id) ?? []);
    const issues = new Set(there.flatMap(({ issueId }) => issueId ?? []));
    const groupable = there.filter(isGroupable);
    if (issues.size === 0) issues.add(issue);
    const own = groupable.length > 0 ? groupable : [...issues].flatMap((id) => byIssue.get(id) ?? []);
    return { issues, own };
  };
  return splits.flatMap(({ tickets: gone, rest, issue, into }) => {
    const one = sideOf(gone, into);
    const other = sideOf(rest, issue);
    const left = other.own.filter(({ issueId }) => issueId === null || !one.issues.has(issueId));
    if (one.own.length === 0 || left.length === 0) return [];
    return [[one.own.map(({ id }) => id), left.map(({ id }) => id)]];
  });
}

/**
 * Gives tickets that a split named, and that lost their issue since, to the issue in which most tickets of their side
 * are. The newest split counts.
 *
 * @param newId where none of its side is left
 */
export function withSidesKept(
  days: TicketDays,
  decisions: readonly IssueDecision[],
  newId: (ticket: GroupedTicket) => string,
): TicketDays {
  const sides = new Map<string, readonly string[]>();
  for (const decision of decisions) {
    if (decision.type !== 'split') continue;
    for (const side of [decision.tickets, decision.rest]) for (const id of side) sides.set(id, side);
  }
  if (sides.size === 0) return days;
  const issues = new Map([...ticketsIn(days)].map(({ id, issueId }) => [id, issueId]));
  return mapTickets(days, (ticket) => {
    const side = sides.get(ticket.id);
    if (side === undefined || ticket.issueId !== null || !isGroupable(ticket)) return ticket;
    const issueId = mostFrequent(side.flatMap((id) => issues.get(id) ?? [])) ?? newId(ticket);
    issues.set(ticket.id, issueId);
    return { ...ticket, issueId };
  }).days;
}

function mostFrequent(values: readonly string[]): string | undefined {
  const counts = [...Map.groupBy(values, (value) => value)].map(([value, all]) => ({
    value,
    count: all.length,
  }));
  counts.sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1));
  return counts[0]?.value;
}
