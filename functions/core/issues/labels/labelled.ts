import {
  type IssueEvent,
  IssueEventType,
  type IssueFacts,
  type IssueLabel,
  IssueStatus,
} from '#core/issues/issue.ts';
import type { FactsTransition } from '#core/issues/issue-records.ts';

/** A label with why it holds no text of the model's, where it does not. */
export type NewLabel = IssueLabel & { readonly insteadOf: 'refused' | 'unreadable' | 'filtered' | null };

/**
 * An issue has got a label: it is kept with its event. An older one changes nothing; storing one again changes nothing.
 *
 * @returns the facts as they are then
 */
export function labelled(
  id: string,
  before: IssueFacts | undefined,
  { insteadOf, ...label }: NewLabel,
): FactsTransition<IssueFacts> {
  const facts = before ?? nothingKept(id);
  if (facts.label !== null && facts.label.labelledAt >= label.labelledAt) return { result: facts };
  const next: IssueFacts = { ...facts, version: facts.version + 1, label };
  const event: IssueEvent = {
    id: `label-${label.labelledAt}`,
    issueId: id,
    at: label.labelledAt,
    type: IssueEventType.label,
    by: 'system',
    data: { title: label.title, model: label.model, instead_of: insteadOf },
  };
  return { next, events: [event], result: next };
}

function nothingKept(id: string): IssueFacts {
  return {
    id,
    version: 0,
    status: IssueStatus.open,
    title: null,
    owner: null,
    note: null,
    label: null,
    listedAt: null,
    resolvedAt: null,
    reopenedAt: null,
    hasMerged: false,
  };
}
