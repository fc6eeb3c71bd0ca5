import * as z from 'zod';
import type { Rating } from '#core/ratings/rating.ts';
import { ratingKeyIn } from '#core/ratings/rating-id.ts';
import { retried } from '#core/ratings/rating-state.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { answerPage } from '#functions/admin-api/http/answer-page.ts';
import { notFound } from '#functions/admin-api/http/errors.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route, type RouteResponse } from '#functions/admin-api/http/route.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import { presentFailedUpload, wireFailedUpload } from '#functions/admin-api/present/present-rating.ts';
import {
  count,
  failure,
  nextCursor,
  pageQuery,
  runId,
  success,
} from '#functions/admin-api/present/wire-schemas.ts';
import { isPossibleId } from '#functions/admin-api/skills/skill-address.ts';

const FAILED = ['failed', 'dead_lettered'] as const;
/** How many one request puts back: what fits into its time. */
const MOST_AT_ONCE = 1_000;
const PAGE = 100;

const startedRun = runId.nullable().meta({
  description:
    'The rating sync that was started for it; null when none could be, then the next one takes them up.',
});

const listFailed = defineRoute({
  method: 'GET',
  path: '/api/admin/ratings/failed-uploads',
  level: Level.supervised,
  operationId: 'listFailedUploads',
  summary: 'Ratings whose upload failed, those with a next attempt first, the dead-lettered last.',
  tag: 'ratings',
  query: z.strictObject(pageQuery),
  responses: {
    200: {
      description: 'A page of failed uploads.',
      schema: z.object({ success, failed_uploads: z.array(wireFailedUpload), next_cursor: nextCursor }),
    },
  },
  handle: ({ query: { limit, cursor } }, { ratings }) =>
    answerPage('failed_uploads', (size) => ratings.waiting(FAILED, { limit: size, cursor }), {
      limit,
      present: presentFailedUpload,
    }),
});

const retryOne = defineRoute({
  method: 'POST',
  path: '/api/admin/ratings/failed-uploads/{id}/retry',
  level: Level.autonomous,
  operationId: 'retryFailedUpload',
  summary: 'Has one failed rating uploaded again, by a rating sync that is started for it.',
  tag: 'ratings',
  manualTrigger: true,
  params: z.strictObject({
    id: z
      .string()
      .meta({ description: 'Id of the failed upload.', examples: ['WyJjc3YtY2xlYW5lciIsImRhbmEiXQ'] }),
  }),
  responses: {
    202: {
      description: 'It waits for its upload again.',
      schema: z.object({ success, retried: z.literal(1), run_id: startedRun }),
    },
    404: {
      description: '`failed_upload_not_found`: there is no failed upload of this id.',
      schema: failure,
    },
  },
  async handle({ params: { id } }, services) {
    const key = ratingKeyIn(id);
    const now = services.now();
    const change =
      key && isPossibleId(key.skillId)
        ? await services.ratings.change(key, (current) => retried(current, now))
        : undefined;
    if (!change?.isChanged) {
      throw notFound(
        'failed_upload_not_found',
        'There is no failed upload of this id; it may have been retried.',
      );
    }
    return { status: 202, body: { success: true, retried: 1, run_id: await startRun(services, {}) } };
  },
});

const retryAll = defineRoute({
  method: 'POST',
  path: '/api/admin/ratings/failed-uploads/retry',
  level: Level.autonomous,
  operationId: 'retryAllFailedUploads',
  summary: 'Has every failed rating uploaded again, the dead-lettered included.',
  tag: 'ratings',
  manualTrigger: true,
  responses: {
    202: {
      description: `They wait for their upload again; \`more\` when there were more than ${MOST_AT_ONCE}: ask again.`,
      schema: z.object({
        success,
        retried: count.meta({ examples: [3] }),
        more: z.boolean(),
        run_id: startedRun,
      }),
    },
  },
  handle: (_input, services) => retryEverything(services),
});

/** Page by page to the end: what is changed leaves the list, which does not move the cursor of what follows. */
async function retryEverything(services: Services): Promise<RouteResponse> {
  const { ratings, now } = services;
  let cursor: string | undefined;
  let total = 0;
  do {
    const page = await ratings.waiting(FAILED, { limit: PAGE, cursor });
    const retry = async (rating: Rating) => {
      const { isChanged } = await ratings.change(rating, (current) => retried(current, now()), rating);
      return isChanged ? 1 : 0;
    };
    const counted = await Promise.all(page.items.map(retry));
    total += counted.reduce<number>((sum, one) => sum + one, 0);
    cursor = page.cursor;
  } while (cursor !== undefined && total < MOST_AT_ONCE);
  const run_id = await startRun(services, { redrive: true });
  return { status: 202, body: { success: true, retried: total, more: cursor !== undefined, run_id } };
}

/** What was put back is in the table: that no run could be started now only makes it later. */
async function startRun(
  { startRatingSync, now, random, log }: Services,
  options: { readonly redrive?: true },
): Promise<string | null> {
  const id = newRunId(now(), random);
  try {
    await startRatingSync({ trigger: 'manual', run_id: id, ...options });
    return id;
  } catch (error) {
    log.warn('a rating sync could not be started', { run_id: id, error });
    return null;
  }
}

export const failedUploadRoutes: readonly Route[] = [listFailed, retryAll, retryOne];
