import { type IssueFacts, IssueStatus, type IssueSummary, type ShownIssueStatus } from '../issue.ts';

/** What an issue is called where it is shown. */
export type ShownIssue = {
  /** The operator's, else the model's, else what is made of its tickets. */
  readonly title: string;
  readonly description: string | null;
  readonly status: ShownIssueStatus;
  readonly owner: string | null;
  readonly note: string | null;
  /** What a change must name to be one of this state. */
  readonly version: number;
};

/** An issue with what is kept of it besides its tickets. One that an operator did something about is no longer emerging. */
export function shownIssue(summary: IssueSummary, facts: IssueFacts | undefined): ShownIssue {
  const status = facts?.status ?? IssueStatus.open;
  const isEmerging = summary.isEmerging && (facts?.listedAt ?? null) === null && status === IssueStatus.open;
  return {
    title: storedTitle(facts) ?? summary.fallbackTitle,
    description: facts?.label?.description ?? null,
    status: isEmerging ? 'emerging' : status,
    owner: facts?.owner ?? null,
    note: facts?.note ?? null,
    version: facts?.version ?? 0,
  };
}

/** The title that somebody gave an issue: the operator, else the model; undefined: nobody did. */
export function storedTitle(facts: IssueFacts | undefined): string | undefined {
  return facts?.title ?? facts?.label?.title;
}
