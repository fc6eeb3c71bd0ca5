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
  type RatingVerdict,
  type RemoteRating,
  ratingKeyOf,
  ratingValueOf,
  timeOf,
} from '#core/ratings/rating.ts';
import { type RatingAnswer, RatingConflictOutcome, type RemoteRatings } from '#core/ratings/rating-ports.ts';
import { adoptedRemote, rejected, type Upload, uploaded } from '#core/ratings/rating-state.ts';
import { newRunId } from '#core/runs/run-id.ts';
import type { UploadDeps, UploadOutcome } from './upload-outcome.ts';

/** One push: the rating as it was claimed, and the claim. */
type Push = { readonly deps: UploadDeps; readonly rating: Rating; readonly upload: Upload };
/** What the marketplace holds of the user, and the answer that said so. */
type Found = { readonly theirs: RemoteRating; readonly answer: AnswerMeta };
/** The marketplace shows nothing of the user; `absence` as a clause after "it". `isListed`: it is there, but unreadable. */
type Absent = { readonly theirs?: undefined; readonly absence: string; readonly isListed: boolean };

/**
 * Pushes a claimed rating to the marketplace, or adopts the marketplace's where that is the newer one: see
 * docs/ratings.md. One that is not known there is added (`POST`). Where that does not decide it (409, an answer that was
 * lost or that confirms nothing), and before a known one is changed (`PUT`), the marketplace is asked what it has: newest
 * wins.
 *
 * @throws an error of `errors.ts` when it could not be decided now
 */
export async function pushRating(deps: UploadDeps, rating: Rating, upload: Upload): Promise<UploadOutcome> {
  const push: Push = { deps, rating, upload };
  const known = rating.base && (await fetchTheirs(push));
  if (known?.theirs) return resolve(push, known);
  if (known?.isListed) throw unreadable(known);
  let answer: RatingAnswer;
  try {
    answer = await deps.market.add(ratingKeyOf(rating), ratingValueOf(rating));
  } catch (error) {
    const found = await fetchAfterFailure(push, error);
    // An answer that confirms nothing is an answer: what it holds of ours is older, and nothing is under way.
    if (compare(push, found) === 'ours_only' && !(error instanceof MalformedAnswerError)) throw error;
    return resolve(push, found);
  }
  if (answer.kind === 'taken') return recordUploaded(push, answer.theirs);
  const found = await fetchTheirs(push);
  if (found.theirs) return resolve(push, found);
  if (found.isListed) throw unreadable(found);
  throw new MalformedAnswerError(
    `The marketplace says that this user has rated the skill, but it ${found.absence}.`,
  );
}

/**
 * Asks what became of a rating whose answer was lost or confirmed nothing: at once, and once. A 503 says itself that
 * nothing was done.
 *
 * @throws the error that left it open, where it says enough or nothing better can be learned
 */
async function fetchAfterFailure(push: Push, error: unknown): Promise<Found> {
  const isLost = error instanceof MarketplaceUnavailableError && error.status !== 503;
  if (!isLost && !(error instanceof MalformedAnswerError)) throw error;
  const found = await fetchTheirs(push).catch((unanswered: unknown) => {
    // Asked to wait, it is asked again after just that long: that the answer was lost before counts as nothing.
    const saysMore = unanswered instanceof MarketplaceRefusedError || askedToWaitMs(unanswered) !== undefined;
    throw saysMore ? unanswered : error;
  });
  if (found.theirs) return found;
  if (found.isListed) throw unreadable(found);
  throw error instanceof MalformedAnswerError
    ? new MalformedAnswerError(`${error.message}; asked what it has, it ${found.absence}`, { cause: error })
    : error;
}

/** What the marketplace holds of this user. @throws MarketplaceRefusedError (404) */
async function fetchTheirs({ deps, rating }: Push): Promise<Found | Absent> {
  const answer = await deps.market.ofSkill(rating.skillId);
  if (!answer) throw new MarketplaceRefusedError('The marketplace has no such skill.', 404);
  const theirs = answer.ratings.find(({ userId }) => userId === rating.userId);
  return theirs ? { theirs, answer } : absentIn(answer, rating.userId);
}

function absentIn({ unreadable: listed }: RemoteRatings, userId: string): Absent {
  const own = listed.find((one) => one.userId === userId);
  if (own) {
    return { isListed: true, absence: `lists a rating of this user that can’t be read (${own.fault})` };
  }
  const nameless = listed.filter((one) => one.userId === undefined).length;
  const beside = nameless === 0 ? '' : `, and ${nameless} whose user can’t be read`;
  return { isListed: false, absence: `lists no rating of this user${beside}` };
}

function unreadable({ absence }: Absent): MalformedAnswerError {
  return new MalformedAnswerError(`The marketplace ${absence}.`);
}

function compare({ rating }: Push, { theirs, answer }: Found): RatingVerdict {
  return compareRatings(rating, theirs, answer.clockAheadMs);
}

/** Newest wins. */
async function resolve(push: Push, found: Found): Promise<UploadOutcome> {
  const verdict = compare(push, found);
  if (verdict === 'equal') return recordUploaded(push, found.theirs);
  if (verdict === 'theirs' || verdict === 'theirs_only') return adoptTheirs(push, found);
  const ratingId = found.theirs.ratingId ?? push.rating.base?.ratingId;
  const replaced = ratingId === undefined ? undefined : await replaceTheirs(push, ratingId);
  if (!replaced) return keepBoth(push, found);
  const outcome = await recordUploaded(push, replaced);
  if (verdict === 'ours') await recordConflict(push, found, RatingConflictOutcome.localWon);
  return outcome;
}

/** Puts ours in place of theirs. @returns what is there now; undefined where ratings can't be changed */
async function replaceTheirs(push: Push, ratingId: string): Promise<RemoteRating | undefined> {
  const { deps, rating } = push;
  try {
    const answer = await deps.market.update(ratingKeyOf(rating), ratingId, ratingValueOf(rating));
    return answer.kind === 'taken' ? answer.theirs : undefined;
  } catch (error) {
    const found = await fetchAfterFailure(push, error);
    if (compare(push, found) === 'equal') return found.theirs;
    if (!(error instanceof MalformedAnswerError)) throw error;
    throw new MalformedAnswerError(
      `${error.message}; asked what it has, it lists another rating of this user`,
      { cause: error },
    );
  }
}

/** Writes down that the marketplace holds what was pushed. */
async function recordUploaded({ deps, rating, upload }: Push, theirs: RemoteRating): Promise<UploadOutcome> {
  const base = baseOf(theirs, deps.now(), rating.base);
  const { isChanged } = await deps.ratings.change(
    ratingKeyOf(rating),
    (current) => uploaded(current, upload, base),
    rating,
  );
  return { kind: 'uploaded', isFirst: isChanged && rating.syncedRevision === 0 };
}

async function adoptTheirs(push: Push, found: Found): Promise<UploadOutcome> {
  const { deps, rating, upload } = push;
  const { theirs } = found;
  const answer = { ...found.answer, now: deps.now() };
  // The conflict first: one that is recorded twice does less harm than one that is missing.
  await recordConflict(push, found, RatingConflictOutcome.remoteWon);
  const { isChanged } = await deps.ratings.change(
    ratingKeyOf(rating),
    (current) => adoptedRemote(current, upload, theirs, answer),
    rating,
  );
  return { kind: 'uploaded', isFirst: isChanged && rating.syncedRevision === 0 };
}

/** Ours is newer and can't be put there: it stays here, as a conflict, and is not tried for ever. */
async function keepBoth(push: Push, found: Found): Promise<UploadOutcome> {
  const { deps, rating, upload } = push;
  const failure = {
    code: 'updates_not_supported',
    message: 'The marketplace holds an older rating of this user and can’t change ratings.',
  };
  await recordConflict(push, found, RatingConflictOutcome.notSupported);
  const stored = { ...failure, failedAt: deps.now() };
  await deps.ratings.change(ratingKeyOf(rating), (current) => rejected(current, upload, stored), rating);
  return { kind: 'rejected', failure: { ...failure, retryable: false } };
}

async function recordConflict(
  { deps, rating }: Push,
  { theirs, answer }: Found,
  outcome: RatingConflictOutcome,
): Promise<void> {
  const detectedAt = deps.now();
  await deps.conflicts.append({
    ...ratingKeyOf(rating),
    id: newRunId(detectedAt, deps.random),
    detectedAt,
    ours: { ...ratingValueOf(rating), at: rating.ratedAt },
    theirs: { ...ratingValueOf(theirs), at: timeOf(theirs, answer.clockAheadMs) },
    outcome,
  });
}
