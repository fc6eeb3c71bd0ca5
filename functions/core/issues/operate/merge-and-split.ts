import {
  type IssueDecision,
  type IssueEvent,
  IssueEventType,
  type IssueFacts,
  IssueStatus,
} from '../issue.ts';
import type { FactsTransition } from '../issue-records.ts';
import { type FactsOutcome, factsChange, noFacts, SYSTEM } from './facts-transitions.ts';

/** The most characters that a note has after those of two issues became one. */
const MOST_NOTE_CHARS = 4_000;

/**
 * The facts of an issue that another one was merged into: what that one had and this one lacks goes on, it is listed
 * since the earlier of the two was, and of two that were resolved the later time counts. Doing it again changes nothing.
 *
 * @param from what is kept of the one that was merged; undefined: nothing
 * @param byOperator consolidation then keeps the issue whole
 */
export function afterMerge(
  id: string,
  { from, byOperator }: { readonly from: IssueFacts | undefined; readonly byOperator: boolean },
) {
  return (before = noFacts(id)): FactsTransition<FactsOutcome> =>
    factsChange(
      before,
      {
        title: before.title ?? from?.title ?? null,
        owner: before.owner ?? from?.owner ?? null,
        note: joinedNotes(before.note, from?.note ?? null),
        label: before.label ?? from?.label ?? null,
        listedAt: earlier(before.listedAt, from?.listedAt ?? null),
        resolvedAt:
          before.status === IssueStatus.resolved
            ? later(before.resolvedAt, from?.resolvedAt ?? null)
            : before.resolvedAt,
        hasMerged: before.hasMerged || byOperator || (from?.hasMerged ?? false),
      },
      [],
    );
}

/** The facts of the issue that an operator split off: it is listed however small it is, as somebody wanted it. */
export function afterSplit(id: string, at: number) {
  return (before = noFacts(id)): FactsTransition<FactsOutcome> =>
    factsChange(before, { listedAt: before.listedAt ?? at }, []);
}

/** What both issues are to tell of an operator's decision. Made of it alone, so that writing them again changes nothing. */
export function decisionEvents(decision: IssueDecision): IssueEvent[] {
  const { number, at, by, issue, into } = decision;
  const event = (issueId: string, data: IssueEvent['data']): IssueEvent => {
    const type = decision.type === 'merge' ? IssueEventType.mergedInto : IssueEventType.splitFrom;
    return { id: `${type}-d${number}`, issueId, at, type, by, data };
  };
  if (decision.type === 'merge') return [event(issue, { into }), event(into, { from: issue })];
  const tickets = decision.tickets.length;
  return [event(into, { from: issue, tickets }), event(issue, { into, tickets })];
}

/** What a consolidation did to an issue. */
export type ConsolidatedIssue =
  | { readonly type: 'merged_into'; readonly issue: string; readonly into: string }
  | { readonly type: 'split_from'; readonly issue: string; readonly from: string }
  | { readonly type: 'renamed'; readonly issue: string };

/**
 * What issues are to tell of a consolidation.
 *
 * @param at when it was published: the same for each try to write them
 */
export function consolidationEvents(changes: readonly ConsolidatedIssue[], at: number): IssueEvent[] {
  return changes.flatMap((change) => {
    const event = (issueId: string, data: IssueEvent['data']): IssueEvent => ({
      id: [change.type, ...Object.values(data)].join('-'),
      ...{ issueId, at, type: change.type, by: SYSTEM, data },
    });
    const { issue } = change;
    if (change.type === 'renamed') return [event(issue, {})];
    if (change.type === 'merged_into') {
      return [event(issue, { into: change.into }), event(change.into, { from: issue })];
    }
    return [event(issue, { from: change.from }), event(change.from, { into: issue })];
  });
}

function joinedNotes(own: string | null, other: string | null): string | null {
  if (own === null || other === null) return own ?? other;
  return own.includes(other) ? own : `${own}\n\n${other}`.slice(0, MOST_NOTE_CHARS);
}

function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

function later(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}
