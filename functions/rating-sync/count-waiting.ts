import type { RatingStore } from '#core/ratings/rating-ports.ts';

/** Counts the ratings that wait for their upload and those whose upload failed. @throws StorageError */
export async function countWaiting(
  ratings: Pick<RatingStore, 'count'>,
): Promise<{ readonly pending: number; readonly failed: number }> {
  const [pending, queued, failed, dead] = await Promise.all([
    ratings.count('pending'),
    ratings.count('queued'),
    ratings.count('failed'),
    ratings.count('dead_lettered'),
  ]);
  return { pending: pending + queued, failed: failed + dead };
}
