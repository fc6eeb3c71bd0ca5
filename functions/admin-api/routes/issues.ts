import * as z from 'zod';
import { IssueStatus } from '#core/issues/issue.ts';
import { TicketKind } from '#core/tickets/analysis/analysis.ts';
import { type Caller, Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route, type RouteResponse } from '#functions/admin-api/http/route.ts';
import type { DecidedIssue } from '#functions/admin-api/issues/decide-issues.ts';
import {
  generationNumber,
  issueId,
  listedStatus,
  TRENDS,
  wireIssue,
  wireIssueDetail,
} from '#functions/admin-api/present/present-issue.ts';
import { wireTicket } from '#functions/admin-api/present/present-ticket.ts';
import {
  count,
  failure,
  filterText,
  nextCursor,
  pageQuery,
  success,
} from '#functions/admin-api/present/wire-schemas.ts';

const issueParameter = z.strictObject({ id: issueId });

const issueNotFound = { description: '`issue_not_found`: there is no such issue.', schema: failure };
const cursorFailure = {
  description: '`validation_failed`, `invalid_cursor`, or `cursor_expired`: begin anew, without a cursor.',
  schema: failure,
};
const movedTo = issueId.meta({ description: 'The issue that this one was merged into.' });
const moved = z.object({ success, moved_to: movedTo });
const movedFailure = failure.extend({ moved_to: movedTo.optional() });

const listIssues = defineRoute({
  method: 'GET',
  path: '/api/issues',
  level: Level.supervised,
  operationId: 'listIssues',
  summary: 'What tickets are about, as issues, the one with the highest score first.',
  description:
    'All pages of a list are of one generation: what is grouped meanwhile neither repeats nor hides an issue. What ' +
    'operators changed meanwhile is shown.',
  tag: 'issues',
  query: z.strictObject({
    status: listedStatus
      .optional()
      .meta({ description: 'Only issues of this status. Without it all but those that are emerging.' }),
    trend: z.enum(TRENDS).optional().meta({ description: 'Only issues with this trend.' }),
    kind: z.enum(TicketKind).optional().meta({ description: 'Only issues about this.' }),
    product_area: filterText('Only issues of this part of the product.', 'billing'),
    sort: z
      .enum(['score', 'count_7d', 'growth', 'last_seen'])
      .default('score')
      .meta({ description: 'By what they are ordered, the largest first.' }),
    ...pageQuery,
  }),
  responses: {
    200: {
      description:
        'A page of issues; an empty one where nothing was grouped yet, or no Zendesk is configured.',
      schema: z.object({
        success,
        generation: generationNumber,
        issues: z.array(wireIssue),
        next_cursor: nextCursor,
      }),
    },
    400: cursorFailure,
  },
  async handle({ query: { limit, cursor, sort, ...filter } }, services) {
    const { answerIssues } = await import('#functions/admin-api/issues/answer-issues.ts');
    return answerIssues(services, { filter, sort }, { limit, cursor });
  },
});

const getIssue = defineRoute({
  method: 'GET',
  path: '/api/issues/{id}',
  level: Level.supervised,
  operationId: 'getIssue',
  summary: 'One issue with its keywords, examples, counts by hour and day, and what happened to it.',
  tag: 'issues',
  params: issueParameter,
  responses: {
    200: {
      description: 'The issue; `ETag` has its version. Of one that was merged away: where it went.',
      schema: z.union([z.object({ success, generation: generationNumber, issue: wireIssueDetail }), moved]),
    },
    404: issueNotFound,
  },
  async handle({ params: { id } }, services) {
    const { answerIssue } = await import('#functions/admin-api/issues/answer-issues.ts');
    return answerIssue(services, id);
  },
});

const listIssueTickets = defineRoute({
  method: 'GET',
  path: '/api/issues/{id}/tickets',
  level: Level.supervised,
  operationId: 'listIssueTickets',
  summary: 'The tickets of an issue, the newest first.',
  description: '`GET /api/tickets?issue=` narrows them down further.',
  tag: 'issues',
  params: issueParameter,
  query: z.strictObject(pageQuery),
  responses: {
    200: {
      description: 'A page of its tickets. Of one that was merged away: where it went.',
      schema: z.union([z.object({ success, tickets: z.array(wireTicket), next_cursor: nextCursor }), moved]),
    },
    400: cursorFailure,
    404: issueNotFound,
  },
  async handle({ params: { id }, query: { limit, cursor } }, services) {
    const { answerTicketsIn } = await import('#functions/admin-api/issues/answer-tickets.ts');
    return answerTicketsIn(services, id, { limit, cursor });
  },
});

/** No controls, and nothing that turns the direction of what is around it. */
const LINE = /^[^\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]*$/u;

const line = (most: number) =>
  z
    .string()
    .max(most, `must not exceed ${most} characters`)
    .refine((text) => LINE.test(text), 'must be one line without control characters')
    .nullable()
    .optional();

const changeIssue = defineRoute({
  method: 'PATCH',
  path: '/api/issues/{id}',
  level: Level.autonomous,
  operationId: 'changeIssue',
  summary: 'Names an issue, gives it a status, an owner or a note.',
  description:
    'With the version that was read, in `If-Match` or `version`, nothing is changed that somebody else changed since. ' +
    'Texts are plain: whoever shows them as HTML escapes them.',
  tag: 'issues',
  params: issueParameter,
  headers: z.object({
    'if-match': z
      .string()
      .optional()
      .meta({ description: 'The version that was read: `"3"`.', examples: ['"3"'] }),
  }),
  body: z
    .strictObject({
      title: line(120).meta({ description: 'Null, or nothing but blanks: what it was called by itself.' }),
      status: z.enum(IssueStatus).optional(),
      owner: line(100).meta({ description: 'Null: nobody.' }),
      note: z
        .string()
        .max(4_000, 'must not exceed 4000 characters')
        .refine((text) => LINE.test(text.replace(/[\t\r\n]/g, ' ')), 'must not contain control characters')
        .nullable()
        .optional(),
      version: count.optional().meta({ description: 'The version that was read.' }),
    })
    .refine(
      ({ version: _version, ...change }) => Object.keys(change).length > 0,
      'must have `title`, `status`, `owner` or `note`',
    )
    .meta({ examples: [{ status: 'acknowledged', owner: 'dana' }], minProperties: 1 }),
  responses: {
    200: {
      description: 'The issue as it is now.',
      schema: z.object({ success, issue: wireIssueDetail }),
    },
    404: issueNotFound,
    409: {
      description: '`version_conflict` with the `issue` as it is now, or `issue_moved` with `moved_to`.',
      schema: movedFailure.extend({ version: count.optional(), issue: wireIssueDetail.optional() }),
    },
  },
  async handle({ params: { id }, headers, body, caller }, services) {
    const { changeIssue, expectedVersion } = await import('#functions/admin-api/issues/change-issue.ts');
    const { version, ...patch } = body;
    const expected = expectedVersion(headers['if-match'], version);
    const issue = await changeIssue(services, id, { patch, by: subjectOf(caller), expected });
    return { status: 200, headers: { etag: `"${issue.version}"` }, body: { success: true, issue } };
  },
});

const decided = {
  200: {
    description: 'The issue that the tickets are in now.',
    schema: z.object({ success, generation: generationNumber, issue: wireIssueDetail }),
  },
  202: {
    description: 'It is decided; the run of the tickets that is under way brings it in.',
    schema: z.object({ success, issue_id: issueId, status: z.literal('decided') }),
  },
  404: issueNotFound,
} as const;

const mergeIssue = defineRoute({
  method: 'POST',
  path: '/api/issues/{id}/merge',
  level: Level.autonomous,
  operationId: 'mergeIssue',
  summary: 'Makes an issue a part of another one, for good; its id leads there.',
  description: 'No night and no consolidation parts their tickets again.',
  tag: 'issues',
  params: issueParameter,
  body: z
    .strictObject({
      into: z
        .string()
        .min(1)
        .max(64)
        .meta({
          description: 'The issue that stays.',
          pattern: '^[0-9A-HJKMNP-TV-Z]{26}$',
          examples: ['01KHTNPR6M4Y8Z0V9QK2D3F5GN'],
        }),
    })
    .meta({ examples: [{ into: '01KHTNPR6M4Y8Z0V9QK2D3F5GN' }] }),
  responses: {
    ...decided,
    409: {
      description: '`issue_moved` with `moved_to`, or `issue_empty`: the other one has no tickets any more.',
      schema: movedFailure,
    },
  },
  async handle({ params: { id }, body: { into }, caller }, services) {
    const { mergeIssues } = await import('#functions/admin-api/issues/decide-issues.ts');
    return answerDecided(await mergeIssues(services, id, { into, by: subjectOf(caller) }));
  },
});

const splitIssue = defineRoute({
  method: 'POST',
  path: '/api/issues/{id}/split',
  level: Level.autonomous,
  operationId: 'splitIssue',
  summary: 'Makes an issue of its own of some tickets of another one, for good.',
  description: 'No night and no consolidation brings them together again.',
  tag: 'issues',
  params: issueParameter,
  body: z
    .strictObject({
      ticket_ids: z
        .array(z.string().regex(/^\d{1,20}$/, 'must be an id of a ticket'))
        .min(1, 'must name a ticket')
        .max(1_000, 'must not name more than 1000 tickets at once')
        .meta({ description: 'Tickets of this issue, not all of them.' }),
    })
    .meta({ examples: [{ ticket_ids: ['35436', '35437'] }] }),
  responses: {
    ...decided,
    409: { description: '`issue_moved` with `moved_to`.', schema: movedFailure },
  },
  async handle({ params: { id }, body: { ticket_ids: ticketIds }, caller }, services) {
    const { splitIssue } = await import('#functions/admin-api/issues/decide-issues.ts');
    return answerDecided(await splitIssue(services, id, { ticketIds, by: subjectOf(caller) }));
  },
});

/** The issue that tickets went into, or that it will be there. */
function answerDecided({ issueId: issue_id, result }: DecidedIssue): RouteResponse {
  if (result === undefined) return { status: 202, body: { success: true, issue_id, status: 'decided' } };
  const headers = { etag: `"${result.issue.version}"` };
  return { status: 200, headers, body: { success: true, ...result } };
}

function subjectOf(caller: Caller | undefined): string {
  return caller?.subject ?? 'unknown';
}

export const issueRoutes: readonly Route[] = [
  listIssues,
  getIssue,
  listIssueTickets,
  changeIssue,
  mergeIssue,
  splitIssue,
];
