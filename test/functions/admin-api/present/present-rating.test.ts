import { describe, expect, it } from 'vitest';
import { type Rating, RatingStatus } from '#core/ratings/rating.ts';
import { ratingIdOf } from '#core/ratings/rating-id.ts';
import { rated } from '#core/ratings/rating-state.ts';
import {
  presentFailedUpload,
  presentRating,
  wireFailedUpload,
  wireRating,
} from '#functions/admin-api/present/present-rating.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';

const KEY = { skillId: 'a/b', userId: 'dana' };
const ID = ratingIdOf(KEY);

function aRating(over: Partial<Rating> = {}): Rating {
  return { ...rated(undefined, KEY, { rating: 4 }, NOW), version: 1, ...over };
}

describe('Function: presentRating', () => {
  it('shows null for a comment and a sync that it does not have', () => {
    expect(presentRating(aRating())).toEqual({
      ...{ rating_id: ID, skill_id: 'a/b', user_id: 'dana', rating: 4, comment: null },
      ...{ status: 'pending', rated_at: '2026-02-19T10:30:00.000Z', synced_at: null },
    });
  });

  it('shows what it has', () => {
    const rating = aRating({ comment: 'Good.', status: RatingStatus.synced, syncedAt: NOW + 1_000 });

    expect(presentRating(rating)).toMatchObject({
      ...{ comment: 'Good.', status: 'synced', synced_at: '2026-02-19T10:30:01.000Z' },
    });
    expect(wireRating.parse(presentRating(rating))).toEqual(presentRating(rating));
  });
});

describe('Function: presentFailedUpload', () => {
  const failure = { code: 'skill_not_found', message: 'No such skill.', failedAt: NOW - 1_000, final: true };

  it('shows why and when it failed, and what is done about it', () => {
    const rating = aRating({
      ...{ failure, status: RatingStatus.failed, retryCount: 2, dueAt: NOW + 60_000 },
      ...{ lastRetryAt: NOW - 1_000, nextAttemptAt: NOW + 60_000 },
    });

    const shown = presentFailedUpload(rating);

    expect(shown).toEqual({
      ...{ id: ID, rating_id: ID, skill_id: 'a/b', user_id: 'dana' },
      ...{ error: 'No such skill.', error_code: 'skill_not_found', retry_count: 2 },
      failed_at: '2026-02-19T10:29:59.000Z',
      last_retry_at: '2026-02-19T10:29:59.000Z',
      next_attempt_at: '2026-02-19T10:31:00.000Z',
      dead_lettered: false,
    });
    expect(wireFailedUpload.parse(shown)).toEqual(shown);
  });

  it.each([
    [NOW, '2026-02-19T10:30:00.000Z'],
    [undefined, '1970-01-01T00:00:00.000Z'],
  ])('is without a reason where none was recorded, and failed when it was due: %s', (dueAt, failedAt) => {
    expect(presentFailedUpload(aRating({ dueAt, status: RatingStatus.deadLettered }))).toMatchObject({
      ...{ error: 'No reason was recorded.', error_code: 'unknown', failed_at: failedAt },
      ...{ last_retry_at: null, next_attempt_at: null, dead_lettered: true },
    });
  });
});
