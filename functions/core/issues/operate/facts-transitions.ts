import type { GroupedTicket } from '../grouped-ticket.ts';
import { type IssueEvent, IssueEventType, type IssueFacts, type IssueLabel, IssueStatus } from '../issue.ts';
import type { FactsTransition } from '../issue-records.ts';
import type { UnfitReason } from '../labels/read-label.ts';
import { requesterOf } from '../summaries/issue-numbers.ts';

/** What a change of facts came to. */
export type FactsOutcome = { readonly facts: IssueFacts; readonly isChanged: boolean };

/** Who changed something, and when. `by` is the operator's subject, or {@link SYSTEM}. */
export type Change = { readonly by: string; readonly at: number };

/** Who did what nobody asked for. */
export const SYSTEM = 'system';

/** So many people must write again before what was resolved is not. */
const REOPENING_REQUESTERS = 3;

/** What is kept of an issue of which nothing is kept yet. */
export function noFacts(id: string): IssueFacts {
  return {
    ...{ id, version: 0, status: IssueStatus.open, title: null, owner: null, note: null, label: null },
    ...{ listedAt: null, resolvedAt: null, reopenedAt: null, hasMerged: false },
  };
}

/** The next version of the facts, with the events that say what changed; nothing, where nothing did. */
export function factsChange(
  before: IssueFacts,
  changes: Partial<Omit<IssueFacts, 'id' | 'version'>>,
  events: readonly Pick<IssueEvent, 'at' | 'by' | 'type' | 'data'>[],
): FactsTransition<FactsOutcome> {
  const next = { ...before, ...changes, version: before.version + 1 };
  const keys = Object.keys(changes) as (keyof typeof changes)[];
  if (keys.every((key) => before[key] === next[key])) return { result: { facts: before, isChanged: false } };
  return {
    next,
    events: events.map((event) => ({
      ...event,
      id: `${event.type}-v${next.version}`,
      issueId: before.id,
    })),
    result: { facts: next, isChanged: true },
  };
}

/** An issue that became large enough to be listed. It stays so. */
export function listed(id: string, at: number) {
  return (before = noFacts(id)): FactsTransition<FactsOutcome> =>
    factsChange(before, { listedAt: before.listedAt ?? at }, [
      { at, by: SYSTEM, type: IssueEventType.created, data: {} },
    ]);
}

/**
 * A resolved issue about which three people at least wrote again: open, and a regression.
 *
 * @param tickets of the issue; those from before it was resolved do not count
 */
export function reopened(
  id: string,
  { tickets, at }: { readonly tickets: readonly GroupedTicket[]; readonly at: number },
) {
  return (before = noFacts(id)): FactsTransition<FactsOutcome> => {
    const { status, resolvedAt } = before;
    const since = resolvedAt ?? Number.POSITIVE_INFINITY;
    const after = tickets.filter(({ createdAt }) => createdAt > since);
    const requesters = new Set(after.map(requesterOf)).size;
    if (status !== IssueStatus.resolved || requesters < REOPENING_REQUESTERS) return unchanged(before);
    return factsChange(before, { status: IssueStatus.open, resolvedAt: null, reopenedAt: at }, [
      {
        at,
        by: SYSTEM,
        type: IssueEventType.reopened,
        data: { resolvedAt, tickets: after.length, requesters },
      },
    ]);
  };
}

/** An issue whose tickets are all gone is resolved; one that an operator resolved or ignores stays as it is. */
export function closedEmpty(id: string, at: number) {
  return (before = noFacts(id)): FactsTransition<FactsOutcome> => {
    if (before.status === IssueStatus.resolved || before.status === IssueStatus.ignored)
      return unchanged(before);
    return factsChange(before, { status: IssueStatus.resolved, resolvedAt: at }, [
      { at, by: SYSTEM, type: IssueEventType.closed, data: { from: before.status } },
    ]);
  };
}

/**
 * What the model called an issue. A new title is an event, the same one for other statements is none.
 *
 * @param insteadOf why the title is made of terms, where nothing of the model's could be shown
 */
export function labelled(id: string, label: IssueLabel, insteadOf?: UnfitReason) {
  return (before = noFacts(id)): FactsTransition<FactsOutcome> => {
    if (before.label?.basis === label.basis && before.label.title === label.title) return unchanged(before);
    const isNew = before.label?.title !== label.title;
    const event = {
      ...{ at: label.labelledAt, by: SYSTEM, type: IssueEventType.label },
      data: {
        ...{ from: before.label?.title ?? null, to: label.title, model: label.model },
        ...(insteadOf !== undefined && { instead_of: insteadOf }),
      },
    };
    return factsChange(before, { label }, isNew ? [event] : []);
  };
}

function unchanged(facts: IssueFacts): FactsTransition<FactsOutcome> {
  return { result: { facts, isChanged: false } };
}
