import * as z from 'zod';
import { type Rating, RatingStatus } from '#core/ratings/rating.ts';
import { ratingIdOf } from '#core/ratings/rating-id.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { timeOrNull } from './time-or-null.ts';
import { count, nullableTime, time } from './wire-schemas.ts';

export const userId = z.string().meta({ description: 'Who rates.', examples: ['dana'] });

const ratingId = z.string().meta({
  description: 'Names the rating here; opaque.',
  examples: ['WyJjc3YtY2xlYW5lciIsImRhbmEiXQ'],
});

const skillId = z.string().meta({ examples: ['csv-cleaner'] });

/** A rating as the API shows it. */
export const wireRating = z.object({
  rating_id: ratingId,
  skill_id: skillId,
  user_id: userId,
  rating: z.int().min(1).max(5),
  comment: z.string().nullable(),
  status: z.enum(RatingStatus).meta({ description: 'Where it is on its way to the marketplace.' }),
  rated_at: time,
  synced_at: nullableTime,
});

export function presentRating(rating: Rating): z.output<typeof wireRating> {
  return {
    rating_id: ratingIdOf(rating),
    skill_id: rating.skillId,
    user_id: rating.userId,
    rating: rating.rating,
    comment: rating.comment ?? null,
    status: rating.status,
    rated_at: isoFromMs(rating.ratedAt),
    synced_at: timeOrNull(rating.syncedAt),
  };
}

/** An upload that failed, with what an operator has to know of it. */
export const wireFailedUpload = z.object({
  id: ratingId,
  rating_id: ratingId,
  skill_id: skillId,
  user_id: userId,
  error: z.string().meta({ examples: ['The marketplace has no such skill.'] }),
  error_code: z.string().meta({ examples: ['skill_not_found'] }),
  retry_count: count.meta({ description: 'Failed attempts since it was given or retried by hand.' }),
  failed_at: time,
  last_retry_at: nullableTime.meta({ description: 'When it was tried last.' }),
  next_attempt_at: nullableTime.meta({
    description: 'When it is tried again by itself; null when it is not.',
  }),
  dead_lettered: z.boolean(),
});

export function presentFailedUpload(rating: Rating): z.output<typeof wireFailedUpload> {
  const { failure, dueAt = 0, status, nextAttemptAt } = rating;
  const id = ratingIdOf(rating);
  return {
    id,
    rating_id: id,
    skill_id: rating.skillId,
    user_id: rating.userId,
    error: failure?.message ?? 'No reason was recorded.',
    error_code: failure?.code ?? 'unknown',
    retry_count: rating.retryCount,
    failed_at: isoFromMs(failure?.failedAt ?? dueAt),
    last_retry_at: timeOrNull(rating.lastRetryAt),
    next_attempt_at: timeOrNull(nextAttemptAt),
    dead_lettered: status === RatingStatus.deadLettered,
  };
}
