import {
  askedToWaitMs,
  MalformedAnswerError,
  MarketplaceRefusedError,
  MarketplaceUnavailableError,
} from '#core/errors.ts';
import {
  type AnswerMeta,
  baseOf,
  compareRatings,
  type Rating,
  type RemoteRating,
  timeOf,
} from '#core/ratings/rating.ts';
import { type RatingAnswer, RatingConflictOutcome, type RemoteRatings } from '#core/ratings/rating-ports.ts';
import { adoptedRemote, rejected, type Upload, uploaded } from '#core/ratings/rating-state.ts';
import { newRunId } from '#core/runs/run-id.ts';
import type { UploadDeps, UploadOutcome } from './upload-rating.ts';

/** One upload: the rating as it was claimed. */
type Bringing = { readonly deps: UploadDeps; readonly rating: Rating; readonly upload: Upload };
/** What the marketplace holds of the user, and the answer that told so. */
type Held = { readonly theirs: RemoteRating; readonly told: AnswerMeta };
/** That there is nothing of the user to be had there, as a clause after "it". `isListed`: it is there, but unreadable. */
type Absent = { readonly theirs?: undefined; readonly absence: string; readonly isListed: boolean };

/**
 * Brings a rating to the marketplace, or the marketplace's here where that is the newer one: see docs/ratings.md.
 * One that is not known there is added (`POST`). Where that does not settle it (409, an answer that was lost or that
 * confirms nothing), and before a known one is changed (`PUT`), the marketplace is asked what it has: newest wins.
 *
 * @throws an error of `errors.ts` when it could not be settled now
 */
export async function bringRating(deps: UploadDeps, rating: Rating, upload: Upload): Promise<UploadOutcome> {
  const one: Bringing = { deps, rating, upload };
  const known = rating.base && (await ask(one));
  if (known?.theirs) return resolve(one, known);
  if (known?.isListed) throw unreadable(known);
  let answer: RatingAnswer;
  try {
    answer = await deps.market.add(rating, rating);
  } catch (error) {
    const held = await askAfter(one, error);
    // An answer that confirms nothing is an answer: what it holds of ours is older, and nothing is under way.
    if (judge(one, held) === 'ours_only' && !(error instanceof MalformedAnswerError)) throw error;
    return resolve(one, held);
  }
  if (answer.kind === 'taken') return settle(one, { theirs: answer.theirs, told: answer });
  const held = await ask(one);
  if (held.theirs) return resolve(one, held);
  if (held.isListed) throw unreadable(held);
  throw new MalformedAnswerError(
    `The marketplace says that this user has rated the skill, but it ${held.absence}.`,
  );
}

/**
 * Asks what became of a rating whose answer was lost or confirmed nothing: at once, and once. A 503 says itself that
 * nothing was done.
 *
 * @throws the error that left it open, where it says enough or nothing better can be learned
 */
async function askAfter(one: Bringing, error: unknown): Promise<Held> {
  const isLost = error instanceof MarketplaceUnavailableError && error.status !== 503;
  if (!isLost && !(error instanceof MalformedAnswerError)) throw error;
  const held = await ask(one).catch((unanswered: unknown) => {
    // Asked to wait, it is asked again after just that long: that the answer was lost before counts as nothing.
    const saysMore = unanswered instanceof MarketplaceRefusedError || askedToWaitMs(unanswered) !== undefined;
    throw saysMore ? unanswered : error;
  });
  if (held.theirs) return held;
  if (held.isListed) throw unreadable(held);
  throw error instanceof MalformedAnswerError
    ? new MalformedAnswerError(`${error.message}; asked what it has, it ${held.absence}`, { cause: error })
    : error;
}

/** What the marketplace holds of this user. @throws MarketplaceRefusedError (404) */
async function ask({ deps, rating }: Bringing): Promise<Held | Absent> {
  const answer = await deps.market.ofSkill(rating.skillId);
  if (!answer) throw new MarketplaceRefusedError('The marketplace has no such skill.', 404);
  const theirs = answer.ratings.find(({ userId }) => userId === rating.userId);
  return theirs ? { theirs, told: answer } : absentIn(answer, rating.userId);
}

function absentIn({ unreadable: listed }: RemoteRatings, userId: string): Absent {
  const own = listed.find((one) => one.userId === userId);
  if (own)
    return { isListed: true, absence: `lists a rating of this user that can’t be read (${own.fault})` };
  const nameless = listed.filter((one) => one.userId === undefined).length;
  const beside = nameless === 0 ? '' : `, and ${nameless} whose user can’t be read`;
  return { isListed: false, absence: `lists no rating of this user${beside}` };
}

function unreadable({ absence }: Absent): MalformedAnswerError {
  return new MalformedAnswerError(`The marketplace ${absence}.`);
}

function judge({ rating }: Bringing, { theirs, told }: Held) {
  return compareRatings(rating, theirs, told.clockAheadMs);
}

/** Newest wins. */
async function resolve(one: Bringing, held: Held): Promise<UploadOutcome> {
  const verdict = judge(one, held);
  if (verdict === 'equal') return settle(one, held);
  if (verdict === 'theirs' || verdict === 'theirs_only') return takeTheirs(one, held);
  const ratingId = held.theirs.ratingId ?? one.rating.base?.ratingId;
  const changed = ratingId === undefined ? undefined : await change(one, ratingId);
  if (!changed) return close(one, held);
  const outcome = await settle(one, changed);
  if (verdict === 'ours') await record(one, held, RatingConflictOutcome.localWon);
  return outcome;
}

/** Puts ours in place of theirs; undefined where ratings can't be changed. */
async function change(one: Bringing, ratingId: string): Promise<Held | undefined> {
  const { deps, rating } = one;
  try {
    const answer = await deps.market.update(rating, ratingId, rating);
    return answer.kind === 'taken' ? { theirs: answer.theirs, told: answer } : undefined;
  } catch (error) {
    const held = await askAfter(one, error);
    if (judge(one, held) === 'equal') return held;
    throw error instanceof MalformedAnswerError
      ? new MalformedAnswerError(
          `${error.message}; asked what it has, it lists another rating of this user`,
          {
            cause: error,
          },
        )
      : error;
  }
}

async function settle({ deps, rating, upload }: Bringing, { theirs }: Held): Promise<UploadOutcome> {
  const base = baseOf(theirs, deps.now(), rating.base);
  const { isChanged } = await deps.ratings.change(
    rating,
    (current) => uploaded(current, upload, base),
    rating,
  );
  return { kind: 'uploaded', isFirst: isChanged && rating.syncedRevision === 0 };
}

async function takeTheirs(one: Bringing, { theirs, told }: Held): Promise<UploadOutcome> {
  const { deps, rating, upload } = one;
  const now = deps.now();
  // The record first: one that is written twice does less harm than one that is missing.
  await record(one, { theirs, told }, RatingConflictOutcome.remoteWon);
  const answer = { ...told, now };
  const { isChanged } = await deps.ratings.change(
    rating,
    (current) => adoptedRemote(current, upload, theirs, answer),
    rating,
  );
  return { kind: 'uploaded', isFirst: isChanged && rating.syncedRevision === 0 };
}

/** Ours is newer and can't be put there: it stays here, as a conflict, and is not tried for ever. */
async function close(one: Bringing, held: Held): Promise<UploadOutcome> {
  const { deps, rating, upload } = one;
  const failure = {
    code: 'updates_not_supported',
    message: 'The marketplace holds an older rating of this user and can’t change ratings.',
  };
  await record(one, held, RatingConflictOutcome.notSupported);
  const told = { ...failure, failedAt: deps.now() };
  await deps.ratings.change(rating, (current) => rejected(current, upload, told), rating);
  return { kind: 'refused', failure: { ...failure, retryable: false } };
}

async function record(
  { deps, rating }: Bringing,
  { theirs, told }: Held,
  outcome: RatingConflictOutcome,
): Promise<void> {
  const { skillId, userId, rating: stars, comment, ratedAt } = rating;
  const detectedAt = deps.now();
  await deps.conflicts.append({
    id: newRunId(detectedAt, deps.random),
    skillId,
    userId,
    detectedAt,
    ours: { rating: stars, ...(comment ? { comment } : {}), at: ratedAt },
    theirs: {
      rating: theirs.rating,
      ...(theirs.comment ? { comment: theirs.comment } : {}),
      at: timeOf(theirs, told.clockAheadMs),
    },
    outcome,
  });
}
