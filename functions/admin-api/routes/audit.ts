import * as z from 'zod';
import type { AuditRecord } from '#core/records/audit-store.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { answerPage } from '#functions/admin-api/http/answer-page.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import { nextCursor, pageQuery, success, time } from '#functions/admin-api/present/wire-schemas.ts';

const wireAuditRecord = z.object({
  id: z.string().meta({ examples: ['01KHTNPR6M4Y8Z0V9QK2D3F5GH'] }),
  at: time,
  subject: z.string().meta({
    description: "The token's subject; `anonymous` without a valid token.",
    examples: ['4f1c2d3e-operator'],
  }),
  level: z.string().meta({ description: '`none` without one that we know.', examples: ['AUTONOMOUS'] }),
  action: z.string().meta({ examples: ['PATCH /api/admin/sync/jobs/{id}'] }),
  parameters: z.record(z.string(), z.unknown()).meta({
    description: 'What path, query and body named, without secrets and cut to 4 KB.',
    examples: [{ path: { id: 'skill-sync-atom-saas' }, body: { minutes: 30 } }],
  }),
  status: z.int().meta({ examples: [200] }),
  error: z
    .string()
    .nullable()
    .meta({ description: 'Why it was not done.', examples: [null] }),
  correlation_id: z.string().meta({ examples: ['JKJaXmPLvHcESHA='] }),
});

const listAudit = defineRoute({
  method: 'GET',
  path: '/api/admin/audit',
  level: Level.supervised,
  operationId: 'listAudit',
  summary: 'Who changed what, or tried to, newest first. Kept for 90 days.',
  tag: 'audit',
  query: z.strictObject(pageQuery),
  responses: {
    200: {
      description: 'A page of records.',
      schema: z.object({ success, records: z.array(wireAuditRecord), next_cursor: nextCursor }),
    },
  },
  handle: ({ query: { limit, cursor } }, { audit, now }) =>
    answerPage('records', (size) => audit.list(size, cursor, now()), { limit, present: presentAuditRecord }),
});

export const auditRoutes: readonly Route[] = [listAudit];

function presentAuditRecord(record: AuditRecord): z.output<typeof wireAuditRecord> {
  const { id, at, subject, level, action, parameters, status, error, correlationId } = record;
  const what = { id, at: isoFromMs(at), subject, level, action, parameters: { ...parameters }, status };
  return { ...what, error: error ?? null, correlation_id: correlationId };
}
