import * as z from 'zod';
import { JobId } from '#core/runs/run.ts';
import { readJob, readRatingCounts, readTicketStatus } from '#functions/admin-api/health/read-status.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type ResponseSchema, type Route } from '#functions/admin-api/http/route.ts';
import { startSync } from '#functions/admin-api/jobs/start-sync.ts';
import {
  presentRatingSummary,
  presentSummary,
  ratingSyncSummary,
  skillSyncSummary,
} from '#functions/admin-api/present/present-run.ts';
import { presentStatus, wireStatus } from '#functions/admin-api/present/present-status.ts';
import { emptyBody, failure, runId, success } from '#functions/admin-api/present/wire-schemas.ts';

const getStatus = defineRoute({
  method: 'GET',
  path: '/api/admin/sync/status',
  level: Level.supervised,
  operationId: 'getSyncStatus',
  summary: 'What runs, what ran last and how it ended, what the cache holds, and how the tickets are.',
  tag: 'sync',
  responses: { 200: { description: 'The state now.', schema: wireStatus } },
  async handle(_input, services) {
    const [skillSync, ratingSync, ratings, feed, tickets] = await Promise.all([
      readJob(services, JobId.skillSync),
      readJob(services, JobId.ratingSync),
      readRatingCounts(services),
      services.feed.read(),
      readTicketStatus(services),
    ]);
    const nowMs = services.now();
    const view = { skillSync, ratingSync, ratings, feed: { feed, nowMs }, tickets };
    return { status: 200, body: presentStatus(view) };
  },
});

const skillSyncBody = z
  .strictObject({
    accept_older: z
      .boolean()
      .optional()
      .meta({
        description:
          "True: the marketplace's word is taken even where it is older than what the cache holds, over everything " +
          'that was observed before this run asked for it. For a marketplace that was restored from a backup.',
      }),
  })
  .optional()
  .meta({ description: 'Nothing, or what the run is to do otherwise.', examples: [{}] });

/** What the start of a sync can be answered, with the summary of one that ended well. */
function syncResponses(summary: z.ZodRawShape): Readonly<Record<number, ResponseSchema>> {
  return {
    200: {
      description: 'It ended well.',
      schema: z.object({
        success,
        run_id: runId,
        status: z.literal('success'),
        ...summary,
        duration_seconds: z
          .number()
          .nonnegative()
          .meta({ examples: [3.2] }),
      }),
    },
    202: {
      description: 'It goes on; `Location` is the address of its run.',
      schema: z.object({ success, run_id: runId, status: z.literal('running') }),
    },
    409: {
      description: '`sync_already_in_progress` with the `run_id` that runs, or `sync_disabled`.',
      schema: failure.extend({ run_id: runId.optional() }),
    },
    502: {
      description: '`sync_failed` with the reason, or `sync_not_started`.',
      schema: failure.extend({ run_id: runId, status: z.string().optional() }),
    },
    503: { description: '`sync_not_started`: try again.', schema: failure },
  };
}

const syncSkills = defineRoute({
  method: 'POST',
  path: '/api/admin/sync/skills',
  level: Level.autonomous,
  operationId: 'syncSkills',
  summary: 'Starts a skill sync and waits up to 20 seconds for its result.',
  tag: 'sync',
  manualTrigger: true,
  body: skillSyncBody,
  responses: syncResponses(skillSyncSummary.shape),
  handle: ({ body }, services) =>
    startSync(services, {
      job: JobId.skillSync,
      name: 'skill sync',
      unit: 'records',
      start: (request) =>
        services.startSkillSync({ ...request, ...(body?.accept_older && { accept_older: true }) }),
      summary: presentSummary,
    }),
});

const syncRatings = defineRoute({
  method: 'POST',
  path: '/api/admin/sync/ratings',
  level: Level.autonomous,
  operationId: 'syncRatings',
  summary: 'Starts a rating sync and waits up to 20 seconds for its result.',
  tag: 'sync',
  manualTrigger: true,
  body: emptyBody,
  responses: syncResponses(ratingSyncSummary.shape),
  handle: (_input, services) =>
    startSync(services, {
      job: JobId.ratingSync,
      name: 'rating sync',
      unit: 'ratings',
      start: services.startRatingSync,
      summary: presentRatingSummary,
    }),
});

export const syncRoutes: readonly Route[] = [getStatus, syncSkills, syncRatings];
