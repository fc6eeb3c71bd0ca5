import * as z from 'zod';
import type { RejectedRecord } from '#core/records/rejected-record-store.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { answerPage } from '#functions/admin-api/http/answer-page.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import { nextCursor, pageQuery, runId, success, time } from '#functions/admin-api/present/wire-schemas.ts';

const wireRejectedRecord = z.object({
  id: z.string().meta({ description: "The record's id, or a fingerprint of its content where it has none." }),
  kind: z.string().meta({ examples: ['skill'] }),
  reason: z.string().meta({ examples: ['name: must not be empty'] }),
  run_id: runId,
  first_seen_at: time,
  last_seen_at: time,
});

const listRejectedRecords = defineRoute({
  method: 'GET',
  path: '/api/admin/sync/errors',
  level: Level.supervised,
  operationId: 'listRejectedRecords',
  summary: 'Records of the marketplace that were refused, each with its reason.',
  tag: 'sync',
  query: z.strictObject(pageQuery),
  responses: {
    200: {
      description: 'A page of refused records.',
      schema: z.object({ success, errors: z.array(wireRejectedRecord), next_cursor: nextCursor }),
    },
  },
  handle: ({ query: { limit, cursor } }, { rejectedRecords, now }) =>
    answerPage('errors', (size) => rejectedRecords.list(size, cursor, now()), {
      limit,
      present: presentRejectedRecord,
    }),
});

export const rejectedRecordRoutes: readonly Route[] = [listRejectedRecords];

function presentRejectedRecord(record: RejectedRecord): z.output<typeof wireRejectedRecord> {
  return {
    id: record.id,
    kind: record.kind,
    reason: record.reason,
    run_id: record.runId,
    first_seen_at: isoFromMs(record.firstSeenAt),
    last_seen_at: isoFromMs(record.lastSeenAt),
  };
}
