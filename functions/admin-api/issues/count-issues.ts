import type { ShownIssueStatus } from '#core/issues/issue.ts';
import { shownIssue } from '#core/issues/summaries/shown-issue.ts';
import type { IssueServices } from '#functions/admin-api/ports.ts';

/** How many issues there are of each status, and how many incidents are open. */
export type IssueCounts = {
  readonly byStatus: Readonly<Record<ShownIssueStatus, number>>;
  readonly openIncidents: number;
};

/** Counts the issues of the generation that counts now. @param nowMs milliseconds since 1970 */
export async function countIssues(
  { reader, records }: Pick<IssueServices, 'reader' | 'records'>,
  nowMs: number,
): Promise<IssueCounts> {
  const [view, facts, incidents] = await Promise.all([
    reader.current(),
    records.allFacts(),
    records.recentIncidents(nowMs),
  ]);
  const byStatus = { open: 0, acknowledged: 0, resolved: 0, ignored: 0, emerging: 0 };
  for (const issue of (await view?.issues())?.values() ?? []) {
    byStatus[shownIssue(issue, facts.get(issue.id)).status] += 1;
  }
  return { byStatus, openIncidents: incidents.filter(({ closedAt }) => closedAt === null).length };
}
