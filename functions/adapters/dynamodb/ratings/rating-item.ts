import * as z from 'zod';
import { isSkillId, skillIdOf, skillKey } from '#adapters/dynamodb/skills/skill-item.ts';
import type { Key, Row } from '#adapters/dynamodb/table/table.ts';
import { parseIfJson, stringify } from '#core/json/json.ts';
import { isUserId, type Rating, type RatingKey, RatingStatus } from '#core/ratings/rating.ts';
import type { WaitingStatus } from '#core/ratings/rating-ports.ts';
import { isoFromMs } from '#core/time/instant.ts';

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
  readonly json: string;
  /** Absent once the rating waits for nothing. */
  readonly work?: string;
  readonly dueAt?: string;
  readonly runId?: string;
};

export function ratingItem(rating: Rating): RatingItem {
  const { status, dueAt, runId, version } = rating;
  return {
    ...ratingKey(rating),
    version,
    json: stringify(rating),
    ...(status === RatingStatus.synced || dueAt === undefined
      ? {}
      : { work: workOf(status), dueAt: isoFromMs(dueAt), ...(runId === undefined ? {} : { runId }) }),
  };
}

/** The rating in an item; undefined where it can't be read: one that only looks like a rating would stop whole pages. */
export function readRating(row: Row): Rating | undefined {
  const rating = parseIfJson(row.json) as Rating | null | undefined;
  const isIts = rating?.skillId === skillIdOf(row.pk) && RATING_PREFIX + rating?.userId === row.sk;
  return isIts && rating && storedRating.safeParse(rating).success ? rating : undefined;
}

/** What `Date` has room for. */
const time = z.number().min(-8.64e15).max(8.64e15);
const wholeNumber = z.int().nonnegative();

/** What every rating has, and what its optional fields are where it has them: nobody looks at them again. */
const storedRating = z.object({
  rating: z.int().min(1).max(5),
  comment: z.string().optional(),
  ratedAt: time,
  revision: wholeNumber,
  syncedRevision: wholeNumber,
  syncedAt: time.optional(),
  status: z.enum(RatingStatus),
  dueAt: time.optional(),
  queuedAt: time.optional(),
  runId: z.string().optional(),
  // An upload whose time has no end is written with null.
  claim: z.object({ id: z.string(), until: time.nullable() }).optional(),
  base: z.object({ fingerprint: z.string(), knownAt: time, stamp: z.string().optional() }).optional(),
  sent: z.array(z.string()),
  failure: z.object({ code: z.string(), message: z.string(), failedAt: time, final: z.boolean() }).optional(),
  nextAttemptAt: time.optional(),
  retryCount: wholeNumber,
  lastRetryAt: time.optional(),
  version: wholeNumber,
});
