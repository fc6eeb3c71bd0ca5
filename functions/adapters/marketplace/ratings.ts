import * as z from 'zod';
import { MalformedAnswerError } from '#core/errors.ts';
import {
  fingerprintOf,
  parseRemoteRating,
  type RatingKey,
  type RatingValue,
  type RemoteRating,
  readRemoteRating,
} from '#core/rating.ts';
import type { RatingAnswer, RatingMarket, RemoteRatings } from '#core/rating-ports.ts';
import { check, segment } from './client.ts';
import type { MarketplaceHttp } from './request.ts';

const takenSchema = z.object({ success: z.literal(true).optional() }).loose();
const skillSchema = z.object({ ratings: z.array(z.unknown()).nullish() });

/** A failure of these may have done its work: whoever called looks before it tries again. */
const ONCE = { maxRetries: 0 };

/**
 * The marketplace's ratings over HTTP. Give it the `MarketplaceHttp` of the process, so that its calls obey the same
 * limits as all others.
 */
export function createRatingMarket(http: MarketplaceHttp): RatingMarket {
  return {
    add: (key, value, signal) => add(http, key, value, signal),
    update: (key, ratingId, value, signal) => update(http, { key, ratingId }, value, signal),
    ofSkill: (skillId, signal) => ofSkill(http, skillId, signal),
  };
}

async function add(
  http: MarketplaceHttp,
  { skillId, userId }: RatingKey,
  value: RatingValue,
  signal: AbortSignal | undefined,
): Promise<RatingAnswer> {
  const { rating, comment } = value;
  const { value: theirs, ...told } = await http.call<RemoteRating | undefined>({
    ...ONCE,
    method: 'POST',
    path: '/api/v1/ratings',
    body: { skill_id: skillId, user_id: userId, rating, ...(comment ? { comment } : {}) },
    parse: (json) => parseTaken(json, userId, value),
    answers: new Map([[409, undefined]]),
    signal,
  });
  return theirs ? { kind: 'taken', theirs, ...told } : { kind: 'exists' };
}

async function update(
  http: MarketplaceHttp,
  { key, ratingId }: { readonly key: RatingKey; readonly ratingId: string },
  value: RatingValue,
  signal: AbortSignal | undefined,
): Promise<RatingAnswer> {
  const { value: theirs, ...told } = await http.call<RemoteRating | undefined>({
    ...ONCE,
    method: 'PUT',
    path: `/api/v1/ratings/${segment(ratingId)}`,
    // An empty comment, not none: what is left out of an update stays as it was.
    body: { rating: value.rating, comment: value.comment ?? '' },
    parse: (json) => parseTaken(json, key.userId, value),
    answers: new Map([
      [404, undefined],
      [405, undefined],
      [501, undefined],
    ]),
    signal,
  });
  return theirs ? { kind: 'taken', theirs, ...told } : { kind: 'not_updated' };
}

/** The answer says what is held now. It repeats neither user nor comment: those are what was sent. */
function parseTaken(json: unknown, userId: string, value: RatingValue): RemoteRating {
  const answer = check(takenSchema, json);
  const theirs = parseRemoteRating({
    rating: value.rating,
    ...answer,
    user_id: userId,
    comment: value.comment,
  });
  if (!theirs || fingerprintOf(theirs) !== fingerprintOf(value)) {
    throw new MalformedAnswerError('its answer spoke of another rating than the one that was sent');
  }
  return theirs;
}

async function ofSkill(
  http: MarketplaceHttp,
  skillId: string,
  signal: AbortSignal | undefined,
): Promise<RemoteRatings | undefined> {
  const { value, ...told } = await http.call<ReadRatings | undefined>({
    ...ONCE,
    method: 'GET',
    path: `/api/v1/skills/${segment(skillId)}`,
    parse: (json) => parseRatings(check(skillSchema, json).ratings ?? []),
    answers: new Map([[404, undefined]]),
    signal,
  });
  return value && { ...value, ...told };
}

type ReadRatings = Pick<RemoteRatings, 'ratings' | 'refused'>;

/** One that can't be read is refused alone: it harms nobody else. */
function parseRatings(records: readonly unknown[]): ReadRatings {
  const read = records.map(readRemoteRating);
  return {
    ratings: read.flatMap((rating) => (rating.ok ? [rating.value] : [])),
    refused: read.flatMap((rating) => (rating.ok ? [] : [rating.refused])),
  };
}
