import { isoFromMs } from '#core/instant.ts';
import { isUserId, type Rating, type RatingKey, RatingStatus } from '#core/rating.ts';
import type { WaitingStatus } from '#core/rating-ports.ts';
import { isSkillId, skillIdOf, skillKey } from './skill-item.ts';
import type { Key, Row } from './table.ts';

/** Every rating of a skill is in the skill's partition, under sort keys that begin so. */
export const RATING_PREFIX = 'RATING#';

/** The key of a rating. */
export function ratingKey({ skillId, userId }: RatingKey): Key {
  return { pk: skillKey(skillId).pk, sk: RATING_PREFIX + userId };
}

/** Whether there can be such a rating; what can't is not looked for, since the table would refuse the key. */
export function isRatingKey({ skillId, userId }: RatingKey): boolean {
  return isSkillId(skillId) && isUserId(userId);
}

/** Whether a rating can have this sort key. */
export function isSortKeyOfRating(sk: string): boolean {
  return sk.startsWith(RATING_PREFIX) && isUserId(sk.slice(RATING_PREFIX.length));
}

/** The partition of the sparse index in which ratings of this state wait. */
export function workOf(status: WaitingStatus): string {
  return `rating#${status}`;
}

/** A rating's item: the whole rating, and what the sparse index and the conditions need of it. */
export type RatingItem = Key & {
  readonly version: number;
  /** Names one write, so that it is recognised when its answer was lost. */
  readonly writeId: string;
  readonly json: string;
  /** Absent once the rating waits for nothing. */
  readonly work?: string;
  readonly dueAt?: string;
  readonly runId?: string;
};

export function ratingItem(rating: Rating, writeId: string): RatingItem {
  const { status, dueAt, runId, version } = rating;
  return {
    ...ratingKey(rating),
    version,
    writeId,
    json: JSON.stringify(rating),
    ...(status === RatingStatus.synced || dueAt === undefined
      ? {}
      : { work: workOf(status), dueAt: isoFromMs(dueAt), ...(runId === undefined ? {} : { runId }) }),
  };
}

/** The rating in an item; undefined where it can't be read. */
export function readRating(row: Row): Rating | undefined {
  if (typeof row.json !== 'string') return undefined;
  try {
    const rating = JSON.parse(row.json) as Rating | null;
    const isIts = rating?.skillId === skillIdOf(row.pk) && RATING_PREFIX + rating?.userId === row.sk;
    return isIts && rating ? rating : undefined;
  } catch {
    return undefined;
  }
}
