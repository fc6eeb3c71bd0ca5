import type { TicketDays } from '../grouping/ticket-days.ts';
import { type IssueFacts, IssueStatus, type IssueSummary } from '../issue.ts';
import type { FactsTransition } from '../issue-records.ts';
import { ticketsByIssue } from '../summaries/issue-tickets.ts';
import { dayOf, hourOf } from '../trends/hour-counts.ts';
import { closedEmpty, type FactsOutcome, listed, reopened } from './facts-transitions.ts';

/** A change of facts that the numbers ask for. The transition decides once more, by the facts as they are then. */
export type DueTransition = {
  readonly issueId: string;
  readonly type: 'listed' | 'reopened' | 'closed';
  transition(before: IssueFacts | undefined): FactsTransition<FactsOutcome>;
};

/**
 * What becomes of facts after a generation was made: issues that are listed now, resolved ones that came back, and
 * those whose tickets are all gone. Each is due until it is done, so a run that was lost before is made good.
 */
export function dueTransitions(generation: {
  readonly summaries: readonly IssueSummary[];
  readonly facts: ReadonlyMap<string, IssueFacts>;
  /** Those of the window at least. */
  readonly days: TicketDays;
  readonly at: number;
}): DueTransition[] {
  const { summaries, facts, at } = generation;
  const comingBack = ticketsSinceResolved(generation);
  return summaries.flatMap(({ id, isEmerging, days }): DueTransition[] => {
    const { listedAt = null, status = IssueStatus.open } = facts.get(id) ?? {};
    if (days.length === 0) {
      const isOver = status === IssueStatus.resolved || status === IssueStatus.ignored;
      return isOver ? [] : [{ issueId: id, type: 'closed', transition: closedEmpty(id, at) }];
    }
    const tickets = comingBack.get(id) ?? [];
    const { isChanged } = reopened(id, { tickets, at })(facts.get(id)).result;
    return [
      ...(isEmerging || listedAt !== null
        ? []
        : [{ issueId: id, type: 'listed' as const, transition: listed(id, at) }]),
      ...(isChanged
        ? [{ issueId: id, type: 'reopened' as const, transition: reopened(id, { tickets, at }) }]
        : []),
    ];
  });
}

/** The tickets of resolved issues, from the day on at which the first of them was resolved. */
function ticketsSinceResolved({ summaries, facts, days }: Parameters<typeof dueTransitions>[0]) {
  const since = new Map<string, number>();
  for (const { id, lastSeen } of summaries) {
    const resolvedAt = facts.get(id)?.resolvedAt ?? null;
    if (resolvedAt !== null && lastSeen > resolvedAt) since.set(id, resolvedAt);
  }
  if (since.size === 0) return ticketsByIssue([]);
  const first = dayOf(hourOf(Math.min(...since.values())));
  return ticketsByIssue(
    [...days.values()]
      .filter(({ day }) => day >= first)
      .map(({ day, tickets }) => ({
        day,
        tickets: tickets.filter((ticket) => since.has(ticket.issueId ?? '')),
      })),
  );
}
