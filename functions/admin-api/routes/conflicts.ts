import * as z from 'zod';
import { ResolutionStrategy } from '#core/conflicts/conflict.ts';
import { parseConflictName, type ResolveOutcome } from '#core/conflicts/conflict-store.ts';
import { TooLargeError } from '#core/errors.ts';
import { FAILURES, resolveMany, resolveOne } from '#functions/admin-api/conflicts/admin-resolution.ts';
import { answerPage } from '#functions/admin-api/http/answer-page.ts';
import { ApiError, notFound, payloadTooLarge } from '#functions/admin-api/http/errors.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import {
  conflictId,
  conflictType,
  presentConflict,
  presentConflictInFull,
  severity,
  wireConflict,
  wireConflictInFull,
} from '#functions/admin-api/present/present-conflict.ts';
import { fitConflict } from '#functions/admin-api/present/present-too-large.ts';
import { count, failure, nextCursor, pageQuery, success } from '#functions/admin-api/present/wire-schemas.ts';

/** Conflicts that one call may resolve. */
const MAX_IDS = 100;

const listConflicts = defineRoute({
  method: 'GET',
  path: '/api/admin/sync/conflicts',
  level: Level.supervised,
  operationId: 'listConflicts',
  summary:
    'Conflicts between local edits and the marketplace: those that wait, those that are over, or both.',
  tag: 'conflicts',
  query: z.strictObject({
    status: z.enum(['unresolved', 'resolved', 'all']).default('unresolved').meta({
      description: '`all`: those that wait come first. Each part is ordered by detection, the newest first.',
    }),
    severity: severity.optional().meta({ description: 'Only conflicts of this severity.' }),
    type: conflictType.optional().meta({ description: 'Only conflicts of this type.' }),
    ...pageQuery,
  }),
  responses: {
    200: {
      description: 'A page. It can be shorter than `limit`: `next_cursor` alone tells whether there is more.',
      schema: z.object({ success, conflicts: z.array(wireConflict), next_cursor: nextCursor }),
    },
  },
  handle: ({ query: { limit, cursor, ...filter } }, { conflicts, now }) =>
    answerPage('conflicts', (size) => conflicts.list(filter, size, cursor, new Date(now())), {
      limit,
      present: presentConflict,
      stub: fitConflict,
    }),
});

const getConflict = defineRoute({
  method: 'GET',
  path: '/api/admin/sync/conflicts/{id}',
  level: Level.supervised,
  operationId: 'getConflict',
  summary: 'One conflict with its three sides, field by field.',
  tag: 'conflicts',
  params: z.strictObject({ id: conflictId }),
  responses: {
    200: { description: 'The conflict.', schema: z.object({ success, conflict: wireConflictInFull }) },
    404: {
      description: '`conflict_not_found`: no such conflict, or its record is too old.',
      schema: failure,
    },
  },
  async handle({ params: { id } }, { conflicts, now }) {
    const named = parseConflictName(id);
    const conflict = named && (await conflicts.get(named, new Date(now())));
    if (conflict === undefined) throw conflictNotFound();
    return { status: 200, body: { success: true, conflict: presentConflictInFull(conflict) } };
  },
});

const resolution = z
  .strictObject({
    conflict_id: conflictId.optional(),
    conflict_ids: z.array(conflictId, `must be a list of 1 to ${MAX_IDS} ids`).min(1).max(MAX_IDS).optional(),
    strategy: z.enum(ResolutionStrategy),
    revision: z
      .string('must be a text of 1 to 100 characters')
      .min(1)
      .max(100)
      .optional()
      .meta({ description: "The conflict's `revision` as you have seen it. Only with `conflict_id`." }),
  })
  .superRefine(({ conflict_id, conflict_ids, revision }, context) => {
    if ((conflict_id === undefined) === (conflict_ids === undefined)) {
      const message = 'must be given, or conflict_ids, but not both';
      context.addIssue({ code: 'custom', path: ['conflict_id'], message });
    }
    if (revision !== undefined && conflict_id === undefined) {
      context.addIssue({ code: 'custom', path: ['revision'], message: 'needs conflict_id' });
    }
  })
  .meta({
    oneOf: [{ required: ['conflict_id'] }, { required: ['conflict_ids'] }],
    dependentRequired: { revision: ['conflict_id'] },
    examples: [{ conflict_id: '01KHTNPR6M4Y8Z0V9QK2D3F5GH-Y3N2LWNsZWFuZXI', strategy: 'merge' }],
  });

const resolveConflicts = defineRoute({
  method: 'POST',
  path: '/api/admin/sync/resolve',
  level: Level.autonomous,
  operationId: 'resolveConflicts',
  summary: `Resolves one conflict, or up to ${MAX_IDS} by one strategy.`,
  description:
    "`remote_wins` drops the edit. `local_wins` keeps it and takes the marketplace's version as its new base. " +
    '`merge` takes each field from the side that changed it. One of many that fails is listed in `failed` with ' +
    'the reason and harms no other.',
  tag: 'conflicts',
  body: resolution,
  responses: {
    200: {
      description: 'How many were resolved, and which were not. With `conflict_id` none has failed.',
      schema: z.object({
        success,
        resolved: count.meta({ examples: [1] }),
        failed: z.array(
          z.object({ conflict_id: conflictId, error: z.string().meta({ examples: ['already_resolved'] }) }),
        ),
      }),
      example: { success: true, resolved: 1, failed: [] },
    },
    404: { description: '`conflict_not_found`: no such conflict.', schema: failure },
    409: {
      description:
        '`already_resolved`; `conflict_changed`: one of its sides changed since. Both with the `conflict` as it is.',
      schema: failure,
    },
  },
  async handle({ body: { conflict_id, conflict_ids, strategy, revision }, caller }, services) {
    const answer = { strategy, by: caller?.subject ?? 'unknown', revision };
    if (conflict_id === undefined) {
      return {
        status: 200,
        body: { success: true, ...(await resolveMany(services, conflict_ids ?? [], answer)) },
      };
    }
    const outcome = await resolveOne(services, conflict_id, answer).catch(throwRefusal);
    if (outcome.outcome !== 'resolved') throw notResolved(outcome);
    return { status: 200, body: { success: true, resolved: 1, failed: [] } };
  },
});

function notResolved(answer: ResolveOutcome): ApiError {
  if (answer.outcome === 'unknown') return conflictNotFound();
  const facts = { conflict: presentConflictInFull(answer.conflict) };
  if (answer.outcome === 'already_resolved') {
    return new ApiError(409, FAILURES.already_resolved, 'The conflict is resolved already.', { facts });
  }
  const message = 'The conflict is another one by now. Look at it as it is, then decide anew.';
  return new ApiError(409, FAILURES.changed, message, { facts });
}

function conflictNotFound(): ApiError {
  return notFound(FAILURES.unknown, 'There is no such conflict, or its record is too old.');
}

function throwRefusal(error: unknown): never {
  if (!(error instanceof TooLargeError)) throw error;
  const message =
    'What this strategy makes of the skill is too large: for the table, or for an answer (5 MB). Take another one.';
  throw payloadTooLarge(message);
}

export const conflictRoutes: readonly Route[] = [listConflicts, getConflict, resolveConflicts];
