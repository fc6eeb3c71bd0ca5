import type { RouteResponse } from '#functions/admin-api/http/route.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import { presentIssue } from '#functions/admin-api/present/present-issue.ts';
import { type FoundIssue, findIssue, isMoved, movedAnswer } from './find-issue.ts';
import { readIssueDetail } from './issue-detail.ts';
import { cursorBehind, findPlace, type IssueQuery, listIssues } from './list-issues.ts';
import { liveExamples } from './live-tickets.ts';

/** Examples of each listed issue that are looked at: the first may be gone, all of them hardly. */
const LOOKED_AT_EXAMPLES = 2;

/** A page of the issues, all of one generation. @throws InvalidCursorError, ApiError `cursor_expired` (400) */
export async function answerIssues(
  { tickets, now }: Pick<Services, 'tickets' | 'now'>,
  query: IssueQuery,
  { limit, cursor }: { readonly limit: number; readonly cursor: string | undefined },
): Promise<RouteResponse> {
  const issuesOf = await tickets?.issues();
  const place = issuesOf && (await findPlace(issuesOf, query, cursor));
  if (tickets === undefined || issuesOf === undefined || place === undefined) {
    return { status: 200, body: { success: true, generation: 0, issues: [], next_cursor: null } };
  }
  const { records, cursors } = issuesOf;
  const facts = await records.allFacts();
  const { issues, next } = await listIssues(place, facts, query, limit);
  const isBursting = issues.some(({ incidentId }) => incidentId !== null);
  const [examples, incidents] = await Promise.all([
    liveExamples(tickets.store, issues, LOOKED_AT_EXAMPLES),
    isBursting ? records.recentIncidents(now()) : [],
  ]);
  const open = new Map(incidents.filter(({ closedAt }) => closedAt === null).map((one) => [one.id, one]));
  const shown = issues.map((summary) =>
    presentIssue({
      summary,
      facts: facts.get(summary.id),
      incident: summary.incidentId === null ? undefined : open.get(summary.incidentId),
      examples: examples.get(summary.id) ?? [],
    }),
  );
  const next_cursor = next === undefined ? null : cursorBehind(place, cursors.issues, query, next);
  const generation = place.view.generation.number;
  return { status: 200, body: { success: true, generation, issues: shown, next_cursor } };
}

/** One issue, or where it went. @throws ApiError `issue_not_found` (404) */
export async function answerIssue(services: Services, id: string): Promise<RouteResponse> {
  const found = await findIssue(services, id);
  if (isMoved(found)) return movedAnswer(found);
  const issue = await readIssueDetail(found, services.now);
  return {
    status: 200,
    headers: { etag: `"${issue.version}"` },
    body: { success: true, generation: generationOf(found), issue },
  };
}

function generationOf({ view }: FoundIssue): number {
  return view.generation.number;
}
