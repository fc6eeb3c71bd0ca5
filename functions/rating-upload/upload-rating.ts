import {
  askedToWaitMs,
  describeFailure,
  type Failure,
  MarketplaceRefusedError,
  OutOfTimeError,
  RateLimitedError,
  RatingContendedError,
  StorageError,
} from '#core/errors.ts';
import { type Rating, ratingKeyOf, type UploadMessage } from '#core/ratings/rating.ts';
import {
  attemptFailed,
  claimed,
  deferred,
  idleReason,
  rejected,
  type Upload,
} from '#core/ratings/rating-state.ts';
import { pushRating } from './push-rating.ts';
import { LONGEST_RETRY_MS, RETRIES, retryDelayMs } from './retry-delay.ts';
import type { Receive, UploadDeps, UploadOutcome } from './upload-outcome.ts';

/** How far the clocks of the queue and of our functions may differ. */
const EARLY_MARGIN_MS = 30_000;
/** How long a message waits where the marketplace did not say how long. */
const UNKNOWN_WAIT_MS = 60_000;
/** An invocation that has run out of time is followed by another at once. */
const NEXT_INVOCATION_MS = 1_000;
/** A claim outlives its invocation by this, for clocks that differ. */
const CLAIM_MARGIN_MS = 1_000;

/**
 * Works on the message for a rating: claims the rating, pushes it to the marketplace, and writes down a failure. What is
 * uploaded is the newest that is stored, whatever revision the message was sent for.
 *
 * The claim comes first, so that of two messages for one rating one does nothing, and what is about to be sent is written
 * down before it leaves. Every outcome needs the claim. A function that is killed in between leaves a claim that ends by
 * time, and a note of what it may have sent.
 *
 * @throws StorageError | RatingContendedError when the outcome could not be written; the message has to return
 */
export async function uploadRating(
  deps: UploadDeps,
  message: UploadMessage,
  receive: Receive,
): Promise<UploadOutcome> {
  const now = deps.now();
  const until = now + deps.remainingMs() + CLAIM_MARGIN_MS;
  const id = deps.newClaimId();
  const { rating, isChanged } = await deps.ratings.change(ratingKeyOf(message), (current) =>
    earlyBy(current, now) > 0 ? undefined : claimed(current, message, { id, now, until }),
  );
  if (!rating || !isChanged) return notClaimed(rating, message, now);
  const upload = { claimId: id, revision: rating.revision };
  try {
    return await pushRating(deps, rating, upload);
  } catch (error) {
    if (error instanceof StorageError || error instanceof RatingContendedError) throw error;
    return await recordFailure(deps, { rating, upload, receive }, error);
  }
}

/** How long before its next attempt a message has come: SQS delays one that is sent anew for 15 minutes at most. */
function earlyBy(rating: Rating | undefined, now: number): number {
  const { status, failure, nextAttemptAt = 0 } = rating ?? {};
  if (status !== 'failed' || failure?.final) return 0;
  const ms = nextAttemptAt - now;
  return ms > EARLY_MARGIN_MS && ms <= LONGEST_RETRY_MS + EARLY_MARGIN_MS ? ms : 0;
}

/** The outcome of a message whose rating could not be claimed. */
function notClaimed(rating: Rating | undefined, message: UploadMessage, now: number): UploadOutcome {
  const earlyMs = earlyBy(rating, now);
  const reason = idleReason(rating, message, now) ?? 'done';
  if (earlyMs > 0 && reason !== 'claimed') return { kind: 'wait', afterMs: earlyMs };
  if (reason !== 'claimed' || !rating?.claim) return { kind: 'idle', reason };
  return { kind: 'idle', reason, afterMs: Math.max(0, rating.claim.until - now) + CLAIM_MARGIN_MS };
}

type Attempt = { readonly rating: Rating; readonly upload: Upload; readonly receive: Receive };

/** Writes down why an attempt came to nothing: it waits, was rejected for good, or failed. */
async function recordFailure(deps: UploadDeps, attempt: Attempt, error: unknown): Promise<UploadOutcome> {
  const { ratings, now } = deps;
  const { rating, upload } = attempt;
  const waitMs = waitAfter(error);
  if (waitMs !== undefined) {
    await ratings.change(ratingKeyOf(rating), (current) => deferred(current, upload, now() + waitMs));
    return { kind: 'wait', afterMs: waitMs };
  }
  if (!(error instanceof MarketplaceRefusedError)) return recordRetry(deps, attempt, error);
  const failure = rejectionOf(error);
  const stored = { code: failure.code, message: failure.message, failedAt: now() };
  await ratings.change(ratingKeyOf(rating), (current) => rejected(current, upload, stored));
  return { kind: 'rejected', failure };
}

/** Writes down a failure after which the rating is tried again, or was tried often enough. */
async function recordRetry(
  { ratings, now, random, log }: UploadDeps,
  { rating, upload, receive }: Attempt,
  error: unknown,
): Promise<UploadOutcome> {
  const failure = describeFailure(error);
  const { code, message: reason } = failure;
  // Not the error itself: a thousand stacks of one marketplace that is down say no more than its message.
  log.warn('an upload failed', { skill_id: rating.skillId, code, reason, receives: receive.count });
  if (code === 'internal_error') log.error('an upload met an unexpected error', { error });
  // The queue counts receives, waits and crashes among them; only what failed counts here.
  const failures = rating.retryCount + 1;
  const isLast = receive.isLast && failures > RETRIES;
  const afterMs = isLast ? undefined : retryDelayMs(failures, random);
  const failedAt = now();
  const nextAttemptAt = afterMs === undefined ? undefined : failedAt + afterMs;
  const stored = { code, message: reason, failedAt };
  await ratings.change(ratingKeyOf(rating), (current) =>
    attemptFailed(current, upload, stored, nextAttemptAt),
  );
  return { kind: 'failed', failure, ...(afterMs === undefined ? {} : { afterMs }) };
}

/**
 * How long to wait where nothing failed: the marketplace asked for it, by whatever status, the limit was reached, or the
 * invocation's time is over. An attempt that the marketplace forbade counts as none.
 */
function waitAfter(error: unknown): number | undefined {
  if (error instanceof OutOfTimeError) return error.retryAfterMs ?? NEXT_INVOCATION_MS;
  return askedToWaitMs(error) ?? (error instanceof RateLimitedError ? UNKNOWN_WAIT_MS : undefined);
}

/** A rejection by the code that tells an operator what to do. */
function rejectionOf(error: MarketplaceRefusedError): Failure {
  const failure = describeFailure(error);
  const { status } = error;
  if (status === 404) {
    return { ...failure, code: 'skill_not_found', message: 'The marketplace has no such skill.' };
  }
  return [400, 413, 422].includes(status) ? { ...failure, code: 'invalid_rating' } : failure;
}
