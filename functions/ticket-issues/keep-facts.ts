import { inParallel } from '#core/in-parallel.ts';
import type { IssueFacts, IssueSummary } from '#core/issues/issue.ts';
import { type DueTransition, dueTransitions } from '#core/issues/operate/due-transitions.ts';
import { shownIssue } from '#core/issues/summaries/shown-issue.ts';
import { issueNewEvent, issueRegressedEvent, type ReportedIssue } from '#core/issues/webhook/issue-events.ts';
import type { WebhookEvent } from '#core/tickets/webhook/webhook-event.ts';
import { count, type IssueSession } from './issue-session.ts';
import type { CountedIssues } from './trends-stage.ts';

const WRITES_AT_ONCE = 8;
const WEEK_MS = 7 * 86_400_000;

/**
 * Keeps what has become of issues: which are listed now, came back after they were resolved, or lost all their tickets.
 * Each is due until it is kept, so that a run that died is made good by the next; others are told before it is kept.
 *
 * @returns all facts as they are now
 * @throws StorageError, QueueError
 */
export async function keepFacts(
  session: IssueSession,
  { known, days, issues }: CountedIssues,
): Promise<ReadonlyMap<string, IssueFacts>> {
  const { records, outbox, now } = session.deps;
  // Merges have changed some since they were read.
  const before = await records.allFacts();
  const at = now();
  const byId = new Map(issues.map((issue) => [issue.id, issue]));
  const after = new Map(before);
  const isFirst = known.before === undefined;
  const due = dueTransitions({ summaries: issues, facts: before, days, at });
  await inParallel(due, WRITES_AT_ONCE, async ({ issueId, type, transition }) => {
    const issue = byId.get(issueId);
    const event =
      issue && !isFirst ? eventOf({ issueId, type }, told(issue, before.get(issueId)), at) : undefined;
    if (event) await outbox?.send(event);
    const { facts, isChanged } = await records.changeFacts(issueId, transition);
    after.set(issueId, facts);
    if (isChanged && type === 'listed') count(session, { new_issues: 1 });
  });
  return after;
}

/** Nobody is told of the issues of a first grouping, nor of those that only old tickets are in. */
function eventOf(
  { type }: Pick<DueTransition, 'issueId' | 'type'>,
  issue: ReportedIssue,
  at: number,
): WebhookEvent | undefined {
  switch (type) {
    case 'listed':
      return issue.lastSeen >= at - WEEK_MS ? issueNewEvent(issue, at) : undefined;
    case 'reopened':
      return issueRegressedEvent({ ...issue, status: 'open' }, at);
    case 'closed':
      return undefined;
  }
}

function told(summary: IssueSummary, facts: IssueFacts | undefined): ReportedIssue {
  const { title, status } = shownIssue(summary, facts);
  return { ...summary, title, status };
}
