import * as z from 'zod';
import { isUserId, MAX_COMMENT_LENGTH, MAX_USER_ID_BYTES } from '#core/ratings/rating.ts';
import { rated } from '#core/ratings/rating-state.ts';
import { answerPage } from '#functions/admin-api/http/answer-page.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route, type RouteResponse } from '#functions/admin-api/http/route.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import { presentRating, userId, wireRating } from '#functions/admin-api/present/present-rating.ts';
import { failure, nextCursor, pageQuery, success } from '#functions/admin-api/present/wire-schemas.ts';
import {
  addressedId,
  isPossibleId,
  skillNotFound,
  skillParams,
  skillQuery,
} from '#functions/admin-api/skills/skill-address.ts';

const ratingBody = z
  .strictObject({
    user_id: userId
      .refine(isUserId, `must be 1 to ${MAX_USER_ID_BYTES} bytes of well-formed text, not blanks alone`)
      .meta({
        description: `Who rates: 1 to ${MAX_USER_ID_BYTES} bytes of well-formed text in UTF-8, not blanks alone.`,
        minLength: 1,
        maxLength: MAX_USER_ID_BYTES,
        pattern: '\\S',
      }),
    rating: z.int('must be a whole number from 1 to 5').min(1).max(5),
    comment: z
      .string()
      .max(MAX_COMMENT_LENGTH, `must not exceed ${MAX_COMMENT_LENGTH} characters`)
      .refine((text) => text.isWellFormed(), 'must be well-formed text')
      .optional()
      .meta({ description: 'Well-formed text.' }),
  })
  .meta({ examples: [{ user_id: 'dana', rating: 5, comment: 'Saves me an hour a day.' }] });

const rateSkill = defineRoute({
  method: 'POST',
  path: '/api/skills/{id}/ratings',
  level: Level.intern,
  operationId: 'rateSkill',
  summary: 'Rates a skill for a user; an earlier rating of the same user is replaced.',
  tag: 'ratings',
  description: 'It is brought to the marketplace by the next rating sync: newest wins, see docs/ratings.md.',
  params: skillParams,
  query: z.strictObject(skillQuery),
  body: ratingBody,
  responses: {
    201: {
      description: 'The rating, waiting for its upload.',
      schema: z.object({ success, rating: wireRating }),
    },
    404: { description: '`skill_not_found`: unknown, removed or expired.', schema: failure },
  },
  handle: ({ params, query, body: { user_id, ...value } }, services) =>
    rate(services, { skillId: addressedId(params, query), userId: user_id }, value),
});

async function rate(
  { skills, ratings, pulls, now }: Services,
  key: { readonly skillId: string; readonly userId: string },
  value: { readonly rating: number; readonly comment?: string | undefined },
): Promise<RouteResponse> {
  const { skillId } = key;
  const at = now();
  const isKnown = isPossibleId(skillId) && (await skills.get(skillId, new Date(at))) !== undefined;
  if (!isKnown) throw skillNotFound();
  // First, so that no rating is ever without it: a pull for nothing costs less than one that is missing.
  await pulls.ensure(skillId, at);
  const { rating } = await ratings.change(key, (current) => rated(current, key, value, at));
  return { status: 201, body: { success: true, rating: rating && presentRating(rating) } };
}

const listRatings = defineRoute({
  method: 'GET',
  path: '/api/skills/{id}/ratings',
  level: Level.student,
  operationId: 'listRatings',
  summary: 'The ratings of a skill that are known here, in the order of their users.',
  tag: 'ratings',
  description:
    'Those given here, and copies of the marketplace’s. They outlive the skill: an unknown skill has none.',
  params: skillParams,
  query: z.strictObject({ ...skillQuery, ...pageQuery }),
  responses: {
    200: {
      description: 'A page of ratings.',
      schema: z.object({ success, ratings: z.array(wireRating), next_cursor: nextCursor }),
    },
    404: { description: '`skill_not_found`: no skill can be called so.', schema: failure },
  },
  async handle({ params, query }, { ratings }) {
    const { limit, cursor } = query;
    const id = addressedId(params, query);
    if (!isPossibleId(id)) throw skillNotFound();
    const read = (size: number) => ratings.ofSkill(id, size, cursor);
    return answerPage('ratings', read, { limit, present: presentRating });
  },
});

export const ratingRoutes: readonly Route[] = [rateSkill, listRatings];
