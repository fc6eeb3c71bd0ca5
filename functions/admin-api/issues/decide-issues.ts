import { planSplit } from '#core/issues/grouping/apply-decision.ts';
import type { NewDecision } from '#core/issues/issue-records.ts';
import { conflict, validationFailed } from '#functions/admin-api/http/errors.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import type { WireIssueDetail } from '#functions/admin-api/present/present-issue.ts';
import { applyDecisions } from './apply-decisions.ts';
import { findUnmoved } from './change-issue.ts';
import { type FoundIssue, findIssue, isMoved } from './find-issue.ts';
import { readIssueDetail } from './issue-detail.ts';

/** Strangers that an answer names. */
const NAMED_STRANGERS = 10;

/** What came of a decision: the issue that tickets went into. */
export type DecidedIssue = {
  readonly issueId: string;
  /** As it is in the generation of that number; undefined where the next run of the tickets brings it in. */
  readonly result: { readonly generation: number; readonly issue: WireIssueDetail } | undefined;
};

/**
 * Makes two issues one, for good: neither a night nor a consolidation parts their tickets again.
 *
 * @throws ApiError `validation_failed` (400) for a merge into itself, `issue_not_found` (404), `issue_moved`,
 *   `issue_empty` (409)
 */
export async function mergeIssues(
  services: Services,
  id: string,
  { into, by }: { readonly into: string; readonly by: string },
): Promise<DecidedIssue> {
  if (into === id) throw invalid('into', 'must be another issue');
  const { tickets, issues } = await findUnmoved(services, id);
  const target = await findUnmoved(services, into);
  if (target.summary.ticketsTotal === 0) {
    throw conflict('issue_empty', `Issue ${into} has no tickets any more. Merge it into this one instead.`);
  }
  return decide(services, { tickets, issues }, { type: 'merge', issue: id, into, at: services.now(), by });
}

/**
 * Makes an issue of some tickets of another one, for good.
 *
 * @throws ApiError `validation_failed` (400) for tickets that are not in the issue, or all of them; `issue_not_found`
 *   (404), `issue_moved` (409)
 */
export async function splitIssue(
  services: Services,
  id: string,
  { ticketIds, by }: { readonly ticketIds: readonly string[]; readonly by: string },
): Promise<DecidedIssue> {
  const { tickets, issues, view, summary } = await findUnmoved(services, id);
  const at = services.now();
  const [days, summaries] = await Promise.all([view.days(summary.days), view.issues()]);
  const plan = planSplit(
    days,
    { issue: id, named: ticketIds, at },
    { subdomain: tickets.settings.subdomain, isTaken: (taken) => summaries.has(taken) },
  );
  const { strangers, rest, into } = plan;
  if (strangers.length > 0) {
    const named = strangers.slice(0, NAMED_STRANGERS).join(', ');
    const more = strangers.length > NAMED_STRANGERS ? ` and ${strangers.length - NAMED_STRANGERS} more` : '';
    throw invalid('ticket_ids', `must be tickets of this issue; these are not: ${named}${more}`);
  }
  if (rest.length === 0) throw invalid('ticket_ids', 'must leave a ticket in the issue');
  return decide(
    services,
    { tickets, issues },
    { type: 'split', issue: id, into, tickets: plan.tickets, rest, at, by },
  );
}

/** Keeps a decision, and has it count at once. */
async function decide(
  services: Services,
  { tickets, issues }: Pick<FoundIssue, 'tickets' | 'issues'>,
  decision: NewDecision,
): Promise<DecidedIssue> {
  const issueId = decision.into;
  await issues.records.decide(decision);
  const view = await applyDecisions(services, issues, tickets.settings);
  if (view === undefined) return { issueId, result: undefined };
  const found = await findIssue(services, issueId);
  if (isMoved(found)) return { issueId, result: undefined };
  const issue = await readIssueDetail(found, services.now);
  return { issueId, result: { generation: found.view.generation.number, issue } };
}

function invalid(field: string, message: string) {
  return validationFailed([{ in: 'body', field, message }]);
}
