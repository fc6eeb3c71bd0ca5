import type { GroupedTicket, TicketDay } from '#core/issues/grouped-ticket.ts';
import { byCreation, dayOfTicket, type TicketDays, ticketsIn } from '#core/issues/grouping/ticket-days.ts';
import type { IssueDecision, IssueFacts } from '#core/issues/issue.ts';

export const START = Date.parse('2026-10-01T00:00:00Z');
export const DAY_MS = 86_400_000;

/** A ticket that somebody else wrote; what it says comes from its id unless it is given. */
export function grouped(over: Partial<GroupedTicket> & { readonly id: string }): GroupedTicket {
  const text = over.text ?? `ticket ${over.id}`;
  return {
    revision: 1,
    createdAt: START,
    requester: `r${over.id}`,
    text,
    line: text,
    summary: null,
    language: null,
    kind: null,
    severity: null,
    productArea: null,
    confidence: null,
    analysis: 'pending',
    mergedInto: null,
    issueId: null,
    ...over,
  };
}

export function daysOf(tickets: Iterable<GroupedTicket>): TicketDays {
  const days = Map.groupBy([...tickets].sort(byCreation), dayOfTicket);
  return new Map([...days].map(([day, own]): [string, TicketDay] => [day, { day, tickets: own }]));
}

/** The issue of each ticket. */
export function issuesIn(days: TicketDays): Record<string, string | null> {
  return Object.fromEntries([...ticketsIn(days)].map(({ id, issueId }) => [id, issueId]));
}

/** The ids of the tickets that are together, in lists, each in order. */
export function groupsIn(days: TicketDays): string[][] {
  const groups = Map.groupBy(ticketsIn(days), ({ issueId }) => issueId);
  groups.delete(null);
  return [...groups.values()].map((own) => own.map(({ id }) => id).sort()).sort();
}

export function facts(over: Partial<IssueFacts> & { readonly id: string }): IssueFacts {
  return {
    version: 1,
    status: 'open',
    title: null,
    owner: null,
    note: null,
    label: null,
    listedAt: null,
    resolvedAt: null,
    reopenedAt: null,
    hasMerged: false,
    ...over,
  };
}

export function merge(number: number, issue: string, into: string): IssueDecision {
  return { number, at: START, by: 'op', type: 'merge', issue, into };
}

export function split(
  number: number,
  { issue, into, tickets, rest }: Record<'issue' | 'into', string> & Record<'tickets' | 'rest', string[]>,
): IssueDecision & { readonly type: 'split' } {
  return { number, at: START, by: 'op', type: 'split', issue, into, tickets, rest };
}
