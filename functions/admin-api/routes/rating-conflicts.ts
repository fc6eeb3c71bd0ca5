import * as z from 'zod';
import { type RatingConflict, RatingConflictOutcome, type RatingSide } from '#core/ratings/rating-ports.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { answerPage } from '#functions/admin-api/http/answer-page.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import {
  count,
  nextCursor,
  nullableTime,
  pageQuery,
  success,
  time,
} from '#functions/admin-api/present/wire-schemas.ts';

const side = (description: string) =>
  z
    .object({
      rating: count.meta({ examples: [4] }),
      comment: z
        .string()
        .nullable()
        .meta({ examples: ['Does what it says.'] }),
      at: nullableTime,
    })
    .meta({ description });

const wireRatingConflict = z.object({
  id: z.string().meta({ examples: ['01KHTNPR6M4Y8Z0V9QK2D3F5GH'] }),
  skill_id: z.string().meta({ examples: ['csv-cleaner'] }),
  user_id: z.string().meta({ examples: ['dana'] }),
  detected_at: time,
  local: side('The rating that was given here.'),
  remote: side('The rating that the marketplace had.'),
  outcome: z.enum(RatingConflictOutcome).meta({
    description:
      '`remote_won`: theirs was newer and became ours. `local_won`: ours was newer and replaced theirs. ' +
      '`updates_not_supported`: ours was newer, but the marketplace takes no changes.',
  }),
});

const listRatingConflicts = defineRoute({
  method: 'GET',
  path: '/api/admin/ratings/conflicts',
  level: Level.supervised,
  operationId: 'listRatingConflicts',
  summary: 'Ratings that one user gave here and there and that differed, newest first. Kept for 90 days.',
  tag: 'ratings',
  query: z.strictObject(pageQuery),
  responses: {
    200: {
      description: 'A page of conflicts.',
      schema: z.object({ success, conflicts: z.array(wireRatingConflict), next_cursor: nextCursor }),
    },
  },
  handle: ({ query: { limit, cursor } }, { ratingConflicts, now }) =>
    answerPage('conflicts', (size) => ratingConflicts.list(size, cursor, now()), {
      limit,
      present: presentRatingConflict,
    }),
});

export const ratingConflictRoutes: readonly Route[] = [listRatingConflicts];

function presentRatingConflict(conflict: RatingConflict): z.output<typeof wireRatingConflict> {
  const { id, skillId, userId, detectedAt, ours, theirs, outcome } = conflict;
  return {
    id,
    skill_id: skillId,
    user_id: userId,
    detected_at: isoFromMs(detectedAt),
    local: presentSide(ours),
    remote: presentSide(theirs),
    outcome,
  };
}

function presentSide({ rating, comment, at }: RatingSide) {
  return { rating, comment: comment ?? null, at: at === 0 ? null : isoFromMs(at) };
}
