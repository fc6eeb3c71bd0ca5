import { MalformedAnswerError } from '#core/errors.ts';
import { failureFieldOf } from '#core/marketplace/failure-field.ts';
import { recordId } from '#core/marketplace/wire-fields.ts';
import {
  type RatingKey,
  type RatingValue,
  type RemoteRating,
  readRemoteRating,
  type UnreadableRating,
} from '#core/ratings/rating.ts';
import type { RatingAnswer, RatingMarket, RemoteRatings } from '#core/ratings/rating-ports.ts';
import { proofOf, type SentRating } from '#core/ratings/rating-proof.ts';
import { segment } from './client.ts';
import type { MarketplaceHttp } from './request.ts';

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
  key: RatingKey,
  value: RatingValue,
  signal: AbortSignal | undefined,
): Promise<RatingAnswer> {
  const { skillId, userId } = key;
  const { rating, comment } = value;
  const { value: theirs, ...meta } = await http.call<RemoteRating | undefined>({
    ...ONCE,
    method: 'POST',
    path: '/api/v1/ratings',
    body: { skill_id: skillId, user_id: userId, rating, ...(comment ? { comment } : {}) },
    parse: (json) => parseTaken(json, { key, value }),
    answers: new Map([[409, undefined]]),
    signal,
  });
  return theirs ? { kind: 'taken', theirs, ...meta } : { kind: 'exists' };
}

async function update(
  http: MarketplaceHttp,
  { key, ratingId }: { readonly key: RatingKey; readonly ratingId: string },
  value: RatingValue,
  signal: AbortSignal | undefined,
): Promise<RatingAnswer> {
  const { value: theirs, ...meta } = await http.call<RemoteRating | undefined>({
    ...ONCE,
    method: 'PUT',
    path: `/api/v1/ratings/${segment(ratingId)}`,
    // An empty comment, not none: what is left out of an update stays as it was.
    body: { rating: value.rating, comment: value.comment ?? '' },
    parse: (json) => parseTaken(json, { key, value, ratingId }),
    answers: new Map([
      [404, undefined],
      [405, undefined],
      [501, undefined],
    ]),
    signal,
  });
  return theirs ? { kind: 'taken', theirs, ...meta } : { kind: 'not_updated' };
}

function parseTaken(json: unknown, sent: SentRating): RemoteRating {
  const proof = proofOf(json, sent);
  if (proof.ok) return proof.theirs;
  throw new MalformedAnswerError(`its answer does not confirm the rating (${proof.fault})`);
}

async function ofSkill(
  http: MarketplaceHttp,
  skillId: string,
  signal: AbortSignal | undefined,
): Promise<RemoteRatings | undefined> {
  const { value, ...meta } = await http.call<Listed | undefined>({
    ...ONCE,
    method: 'GET',
    path: `/api/v1/skills/${segment(skillId)}`,
    parse: (json) => parseListed(json, skillId),
    answers: new Map([[404, undefined]]),
    signal,
  });
  return value && { ...value, ...meta };
}

type Listed = Pick<RemoteRatings, 'ratings' | 'unreadable'>;

/**
 * The ratings in a skill's answer. One that is about another skill, or about none, says nothing of ours: read as "no
 * ratings" it would have a rating sent again that is there.
 */
function parseListed(json: unknown, skillId: string): Listed {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw wrong('it is no object');
  const { skill_id, id = null, ratings = null } = json as Readonly<Record<string, unknown>>;
  const listedId = skill_id ?? id;
  const failure = failureFieldOf(json);
  // A skill may have a field `error`, as any other that we don't know.
  if (failure === 'success' || (failure === 'error' && listedId === null))
    throw wrong('it speaks of a failure');
  if (listedId !== null && recordId.safeParse(listedId).data !== skillId)
    throw wrong('it is about another skill');
  if (ratings !== null && !Array.isArray(ratings)) throw wrong('ratings is no list');
  if (listedId === null && ratings === null) throw wrong('it is no skill');
  return sortOut(ratings ?? []);
}

/** One that can't be read harms nobody else. */
function sortOut(records: readonly unknown[]): Listed {
  const ratings: RemoteRating[] = [];
  const unreadable: UnreadableRating[] = [];
  for (const record of records) {
    const read = readRemoteRating(record);
    if (read.ok) ratings.push(read.rating);
    else unreadable.push(read.unreadable);
  }
  return { ratings, unreadable };
}

function wrong(fault: string): MalformedAnswerError {
  return new MalformedAnswerError(`its answer had the wrong shape (${fault})`);
}
