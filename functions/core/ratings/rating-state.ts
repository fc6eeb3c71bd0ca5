import { isFromWrongClock } from '#core/time/wrong-clock.ts';
import {
  type AnswerMeta,
  baseOf,
  fingerprintOf,
  NEVER_MS,
  type Rating,
  type RatingBase,
  type RatingFailure,
  type RatingKey,
  RatingStatus,
  type RatingValue,
  type RemoteRating,
  timeOf,
  type UploadMessage,
} from './rating.ts';
import { isClaimed, isDue, isOutdated, laterThan, notAfter } from './rating-due.ts';

/**
 * The state machine of a rating: every transition as a function from the rating as it is stored to the rating as it
 * is to be stored, or to undefined where it must be left alone. Nothing else changes a rating; the store carries each
 * one out by comparing and swapping, so that a transition decides on what really is there.
 */

/** Enough of what was sent to know our own echo, were every attempt's answer lost. */
const MAX_SENT = 20;
/** How long after its next attempt a rating may wait for its message before the rating sync sends another one. */
export const MESSAGE_GRACE_MS = 15 * 60_000;

/** A user rates, or rates once more. Whatever became of the revision before, the new one starts over. */
export function rated(before: Rating | undefined, key: RatingKey, value: RatingValue, now: number): Rating {
  const {
    failure: _failure,
    nextAttemptAt: _next,
    lastRetryAt: _last,
    ...rest
  } = before ?? blank(key, value);
  return {
    ...withValue(rest, value),
    ratedAt: rest.revision === 0 ? now : laterThan(rest.ratedAt, now),
    revision: rest.revision + 1,
    status: RatingStatus.pending,
    dueAt: now,
    retryCount: 0,
  };
}

/** The rating sync takes a rating that is due. `until`: when its message should have been processed. */
export function queued(
  rating: Rating | undefined,
  { runId, now, until }: { readonly runId: string; readonly now: number; readonly until: number },
): Rating | undefined {
  if (!rating || !isDue(rating, now)) return undefined;
  const ratedAt = notAfter(now, rating.ratedAt);
  return { ...rating, ratedAt, status: RatingStatus.queued, dueAt: until, queuedAt: now, runId };
}

/** Its message could not be sent: it is due at once again. */
export function unqueued(rating: Rating | undefined, queuedAt: number, now: number): Rating | undefined {
  if (rating?.status !== RatingStatus.queued || rating.queuedAt !== queuedAt) return undefined;
  return { ...rating, status: RatingStatus.pending, dueAt: now };
}

/** Why a message has nothing to upload; undefined: it has. */
export type Idle = 'gone' | 'done' | 'claimed';

/** What a message finds. `gone`: no such rating; `done`: nothing is left to upload; `claimed`: another one does it now. */
export function idleReason(
  rating: Rating | undefined,
  { revision }: UploadMessage,
  now: number,
): Idle | undefined {
  if (!rating) return 'gone';
  if (rating.status === RatingStatus.synced || rating.syncedRevision >= revision) return 'done';
  if (rating.failure?.final && rating.status === RatingStatus.failed) return 'done';
  return isClaimed(rating, now) ? 'claimed' : undefined;
}

/** A message claims its rating, and what is about to be sent is noted before it leaves. */
export function claimed(
  rating: Rating | undefined,
  message: UploadMessage,
  { id, now, until }: { readonly id: string; readonly now: number; readonly until: number },
): Rating | undefined {
  if (!rating || idleReason(rating, message, now) !== undefined) return undefined;
  const fingerprint = fingerprintOf(rating);
  const sent = [...rating.sent.filter((one) => one !== fingerprint), fingerprint].slice(-MAX_SENT);
  return { ...rating, claim: { id, until }, sent, lastRetryAt: now };
}

/** An upload under way: its claim, and the revision that it sends. */
export type Upload = { readonly claimId: string; readonly revision: number };

/** The marketplace holds the revision that was sent. A newer one stays where it is. */
export function uploaded(rating: Rating | undefined, upload: Upload, base: RatingBase): Rating | undefined {
  const open = released(rating, upload);
  if (!open) return undefined;
  const known = { ...open, base, sent: [], syncedRevision: Math.max(open.syncedRevision, upload.revision) };
  return open.revision === upload.revision ? synced(known, base.knownAt) : known;
}

/** The marketplace's rating is the newer one and becomes ours, unless a newer one was given here meanwhile. */
export function adoptedRemote(
  rating: Rating | undefined,
  upload: Upload,
  theirs: RemoteRating,
  answer: AnswerMeta & { readonly now: number },
): Rating | undefined {
  const open = released(rating, upload);
  if (!open) return undefined;
  const known = { ...open, base: baseOf(theirs, answer.now, open.base), sent: [] };
  if (open.revision !== upload.revision) return known;
  return synced(theirsInPlace(known, theirs, answer), answer.now);
}

/** The marketplace rejects it for good: it is listed, and not tried again unless someone asks for it. */
export function rejected(
  rating: Rating | undefined,
  upload: Upload,
  failure: Omit<RatingFailure, 'final'>,
): Rating | undefined {
  const open = released(rating, upload);
  if (!open) return undefined;
  if (open.revision !== upload.revision) return open;
  const { nextAttemptAt: _next, ...rest } = open;
  return {
    ...rest,
    status: RatingStatus.failed,
    dueAt: NEVER_MS,
    failure: { ...failure, final: true },
    retryCount: open.retryCount + 1,
  };
}

/** An attempt failed that another one may mend. Without a next attempt it was the last one. */
export function attemptFailed(
  rating: Rating | undefined,
  upload: Upload,
  failure: Omit<RatingFailure, 'final'>,
  nextAttemptAt: number | undefined,
): Rating | undefined {
  const open = released(rating, upload);
  if (!open) return undefined;
  if (open.revision !== upload.revision) return open;
  const failed = { ...open, failure: { ...failure, final: false }, retryCount: open.retryCount + 1 };
  if (nextAttemptAt === undefined) return dead(failed, failure.failedAt);
  return {
    ...failed,
    status: RatingStatus.failed,
    nextAttemptAt,
    dueAt: nextAttemptAt + MESSAGE_GRACE_MS,
  };
}

/** The marketplace asked to wait, or there is no time left: nothing failed, the message comes back. */
export function deferred(rating: Rating | undefined, upload: Upload, until: number): Rating | undefined {
  const open = released(rating, upload);
  if (!open) return undefined;
  if (open.status === RatingStatus.pending) return open;
  return { ...open, status: RatingStatus.queued, dueAt: Math.max(open.dueAt ?? 0, until + MESSAGE_GRACE_MS) };
}

/** Its message was found among the dead letters, sent there when `sentAt` was, and nobody had written it down. */
export function markedDeadLettered(
  rating: Rating | undefined,
  { revision, sentAt, now }: { readonly revision: number; readonly sentAt: number; readonly now: number },
): Rating | undefined {
  if (!rating || isSuperseded(rating, { revision, sentAt, now })) return undefined;
  if (rating.status === RatingStatus.deadLettered || isClaimed(rating, now)) return undefined;
  const unknown = {
    code: 'upload_lost',
    message: 'Every attempt ended without a word: the function was stopped in the middle of each.',
    failedAt: now,
    final: false,
  };
  return dead({ ...rating, failure: rating.failure ?? unknown }, now);
}

/** How far the clocks of the queue and of our functions may differ. */
const QUEUE_CLOCK_SKEW_MS = 5_000;

/** Whether a dead letter is superseded: its rating is synced or rejected, or waits for or has a later message. */
export function isSuperseded(
  rating: Rating,
  { revision, sentAt, now }: { readonly revision: number; readonly sentAt: number; readonly now: number },
): boolean {
  const { status, failure, queuedAt = 0 } = rating;
  if (status === RatingStatus.synced || rating.syncedRevision >= revision) return true;
  if (status === RatingStatus.pending || (status === RatingStatus.failed && failure?.final)) return true;
  // The queue's clock is right. One of ours that was not can't say that there is a later message.
  return queuedAt > sentAt + QUEUE_CLOCK_SKEW_MS && !isFromWrongClock(queuedAt, now, 0);
}

/** Somebody asks for another try. */
export function retried(rating: Rating | undefined, now: number): Rating | undefined {
  if (rating?.status !== RatingStatus.failed && rating?.status !== RatingStatus.deadLettered)
    return undefined;
  const { failure: _failure, nextAttemptAt: _next, lastRetryAt: _last, ...rest } = rating;
  return { ...rest, status: RatingStatus.pending, dueAt: now, retryCount: 0 };
}

/** A dead letter goes back into the queue. */
export function redriven(
  rating: Rating | undefined,
  at: { readonly runId: string; readonly now: number; readonly until: number },
): Rating | undefined {
  const pending = retried(rating, at.now);
  return pending && rating?.status === RatingStatus.deadLettered ? queued(pending, at) : undefined;
}

/**
 * What pulling the marketplace's rating makes of ours. One that waits for its upload is left to it: the upload
 * asks as well. An answer that left before we learned what we know is too old to say anything.
 */
export function pulled(
  rating: Rating | undefined,
  key: RatingKey,
  theirs: RemoteRating,
  answer: AnswerMeta & { readonly now: number },
): Rating | undefined {
  if (!rating) {
    const copy = theirsInPlace(blank(key, theirs), theirs, answer);
    return synced({ ...copy, base: baseOf(theirs, answer.now) }, answer.now);
  }
  if (rating.status !== RatingStatus.synced || isOutdated(answer, rating.base)) return undefined;
  const base = baseOf(theirs, answer.now, rating.base);
  const isKnown = base.fingerprint === rating.base?.fingerprint && base.stamp === rating.base.stamp;
  if (isKnown && base.ratingId === rating.base.ratingId) return undefined;
  const { fingerprint } = base;
  const value = fingerprint === fingerprintOf(rating) ? rating : theirsInPlace(rating, theirs, answer);
  return synced({ ...value, base }, answer.now);
}

/** A rating of which nothing is known yet but what it says. */
function blank(key: RatingKey, { rating, comment }: RatingValue): Rating {
  const { skillId, userId } = key;
  return {
    skillId,
    userId,
    rating,
    ...(comment ? { comment } : {}),
    ratedAt: 0,
    revision: 0,
    syncedRevision: 0,
    status: RatingStatus.synced,
    sent: [],
    retryCount: 0,
    version: 0,
  };
}

function released(rating: Rating | undefined, { claimId }: Upload): Rating | undefined {
  if (!rating || rating.claim?.id !== claimId) return undefined;
  const { claim: _claim, ...open } = rating;
  return open;
}

function synced(rating: Rating, now: number): Rating {
  const {
    dueAt: _due,
    failure: _failure,
    nextAttemptAt: _next,
    runId: _run,
    queuedAt: _queued,
    ...rest
  } = rating;
  return {
    ...rest,
    status: RatingStatus.synced,
    syncedRevision: rating.revision,
    syncedAt: now,
    retryCount: 0,
    sent: [],
  };
}

function dead(rating: Rating, now: number): Rating {
  const { nextAttemptAt: _next, claim: _claim, ...rest } = rating;
  return { ...rest, status: RatingStatus.deadLettered, dueAt: now };
}

function withValue(rating: Rating, { rating: stars, comment }: RatingValue): Rating {
  const { comment: _comment, ...rest } = rating;
  return { ...rest, rating: stars, ...(comment ? { comment } : {}) };
}

function theirsInPlace(rating: Rating, theirs: RemoteRating, { clockAheadMs }: AnswerMeta): Rating {
  return { ...withValue(rating, theirs), ratedAt: timeOf(theirs, clockAheadMs) };
}
