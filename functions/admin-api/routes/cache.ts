import * as z from 'zod';
import { JobId } from '#core/runs/run.ts';
import { ApiError } from '#functions/admin-api/http/errors.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import { count, failure, success } from '#functions/admin-api/present/wire-schemas.ts';

/** What a sweep may take of a request's time. */
const SWEEP_MS = 18_000;

const deleteExpired = defineRoute({
  method: 'DELETE',
  path: '/api/admin/sync/cache/expired',
  level: Level.autonomous,
  operationId: 'deleteExpired',
  summary: 'Deletes what has expired: skills, categories, records of runs and refusals. Never a local edit.',
  tag: 'sync',
  manualTrigger: true,
  responses: {
    200: {
      description: 'How much was deleted.',
      schema: z.object({ success, deleted: count.meta({ examples: [12] }) }),
    },
    503: {
      description: '`cleanup_not_finished`: there was more than fits into one request. Ask again to go on.',
      schema: failure,
    },
  },
  handle: (_input, services) => sweep(services),
});

async function sweep({ cleaner, jobs, now }: Services) {
  const signal = AbortSignal.timeout(SWEEP_MS);
  const swept = await cleaner.sweep(new Date(now()), signal).catch((error: unknown) => {
    throw signal.aborted ? notFinished(error) : error;
  });
  const { deletedSkills, deletedCategories, deletedRuns, deletedOther, liveSkills, liveCategories } = swept;
  await jobs.setCacheSize(JobId.skillSync, { skillsCount: liveSkills, categoriesCount: liveCategories });
  const deleted = deletedSkills + deletedCategories + deletedRuns + deletedOther;
  return { status: 200, body: { success: true, deleted } };
}

function notFinished(cause: unknown): ApiError {
  const message = 'There was more to delete than fits into one request. Ask again to go on.';
  return new ApiError(503, 'cleanup_not_finished', message, { cause, headers: { 'retry-after': '1' } });
}

export const cacheRoutes: readonly Route[] = [deleteExpired];
