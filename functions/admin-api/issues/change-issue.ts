import { noFacts } from '#core/issues/operate/facts-transitions.ts';
import { type IssuePatch, patched } from '#core/issues/operate/patched.ts';
import { type ApiError, conflict, validationFailed } from '#functions/admin-api/http/errors.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import type { WireIssueDetail } from '#functions/admin-api/present/present-issue.ts';
import { type FoundIssue, findIssue, isMoved } from './find-issue.ts';
import { readIssueDetail } from './issue-detail.ts';

/** What is to become of an issue, who asks, and the version that they saw; undefined: whatever it is. */
export type IssueChange = {
  readonly patch: IssuePatch;
  readonly by: string;
  readonly expected: number | undefined;
};

/**
 * Makes an operator's change to an issue.
 *
 * @returns the issue as it is then
 * @throws ApiError `issue_not_found` (404), `issue_moved`, `version_conflict` (409)
 */
export async function changeIssue(
  services: Services,
  id: string,
  { patch, by, expected }: IssueChange,
): Promise<WireIssueDetail> {
  const found = await findUnmoved(services, id);
  const change = patched(id, patch, { by, at: services.now(), expected });
  const { facts, isStale } = await found.issues.records.changeFacts(id, change);
  const issue = await readIssueDetail({ ...found, facts }, services.now);
  if (!isStale) return issue;
  const { version } = facts ?? noFacts(id);
  const message = `The issue was changed meanwhile: its version is ${version}. Read it again, then decide.`;
  throw conflict('version_conflict', message, { version, issue });
}

/**
 * An issue that is to be changed. One that was merged away is not: whoever names it does not know what it is now.
 *
 * @throws ApiError `issue_not_found` (404), `issue_moved` (409) with where it went
 */
export async function findUnmoved(services: Pick<Services, 'tickets'>, id: string): Promise<FoundIssue> {
  const found = await findIssue(services, id);
  if (!isMoved(found)) return found;
  throw issueMoved(id, found.movedTo);
}

function issueMoved(id: string, moved_to: string): ApiError {
  const message = `Issue ${id} was merged into ${moved_to}. Name that one instead.`;
  return conflict('issue_moved', message, { moved_to });
}

/** A version as `If-Match` has it: `3`, `"3"` or `W/"3"`; `*` is any. */
const ENTITY_TAG = /^(?:W\/)?"?(\d{1,15})"?$/;

/**
 * The version that a caller saw, by header or body; undefined where they named none.
 *
 * @throws ApiError `validation_failed` (400) for a header that is no version, or that differs from the body
 */
export function expectedVersion(header: string | undefined, body: number | undefined): number | undefined {
  const tag = header?.trim();
  if (tag === undefined || tag === '*') return body;
  const version = ENTITY_TAG.exec(tag)?.[1];
  if (version === undefined) {
    const message = 'must be the version of an issue, such as "3"';
    throw validationFailed([{ in: 'header', field: 'if-match', message }]);
  }
  if (body !== undefined && body !== Number(version)) {
    const message = 'must be the same as in If-Match, or left out';
    throw validationFailed([{ in: 'body', field: 'version', message }]);
  }
  return Number(version);
}
