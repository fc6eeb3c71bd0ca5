import type { IssueFacts, IssueSummary } from '#core/issues/issue.ts';
import { type ApiError, notFound } from '#functions/admin-api/http/errors.ts';
import type { IssueServices, Services, TicketServices } from '#functions/admin-api/ports.ts';
import type { IssueView } from './issue-reader.ts';

/** An id as issues have it. What is none is not looked for. */
const ISSUE_ID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/** An issue with where it was found. */
export type FoundIssue = {
  readonly tickets: TicketServices;
  readonly issues: IssueServices;
  readonly view: IssueView;
  readonly summary: IssueSummary;
  readonly facts: IssueFacts | undefined;
};

/** An id that was merged away, and the issue that it leads to. */
export type MovedIssue = { readonly movedTo: string };

/**
 * An issue as it is now.
 *
 * @throws ApiError `issue_not_found` (404)
 */
export async function findIssue(
  { tickets }: Pick<Services, 'tickets'>,
  id: string,
): Promise<FoundIssue | MovedIssue> {
  if (tickets === undefined || !ISSUE_ID.test(id)) throw issueNotFound(id);
  const issues = await tickets.issues();
  const { reader, records } = issues;
  const [view, facts] = await Promise.all([reader.current(), records.facts(id)]);
  const summary = (await view?.issues())?.get(id);
  if (view !== undefined && summary !== undefined) return { tickets, issues, view, summary, facts };
  const movedTo = await records.movedTo(id);
  if (movedTo === undefined) throw issueNotFound(id);
  return { movedTo };
}

export function isMoved(found: FoundIssue | MovedIssue): found is MovedIssue {
  return 'movedTo' in found;
}

/** The answer for an id that was merged away: whoever knows it is led on. */
export function movedAnswer({ movedTo }: MovedIssue) {
  return { status: 200, body: { success: true, moved_to: movedTo } };
}

function issueNotFound(id: string): ApiError {
  const named = ISSUE_ID.test(id) ? ` ${id}` : '';
  return notFound(
    'issue_not_found',
    `There is no issue${named}. GET /api/issues lists those that there are.`,
  );
}
