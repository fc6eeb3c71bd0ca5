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
import type { Log } from '#core/log.ts';
import type { Rating, UploadMessage } from '#core/ratings/rating.ts';
import type { RatingConflictLog, RatingMarket, RatingStore } from '#core/ratings/rating-ports.ts';
import {
  attemptFailed,
  claimed,
  deferred,
  type Idle,
  idleReason,
  rejected,
  type Upload,
} from '#core/ratings/rating-state.ts';
import type { Now, Random } from '#core/time/clock.ts';
import { bringRating } from './bring-rating.ts';

export type UploadDeps = {
  readonly ratings: Pick<RatingStore, 'change'>;
  readonly market: RatingMarket;
  readonly conflicts: Pick<RatingConflictLog, 'append'>;
  readonly now: Now;
  readonly random: Random;
  readonly log: Log;
  /** Names a claim: no two are the same. */
  readonly newClaimId: () => string;
  /** Milliseconds until this invocation is ended. */
  readonly remainingMs: () => number;
};

/** How often a message has been received, this time included, and whether that was the last time. */
export type Receive = { readonly count: number; readonly isLast: boolean };

/** What became of one message. */
export type UploadOutcome =
  /** The marketplace holds it. `isFirst`: it never had a rating of this user from here. */
  | { readonly kind: 'uploaded'; readonly isFirst: boolean }
  /** There was nothing to upload, or another message does it now. */
  | { readonly kind: 'idle'; readonly reason: Idle; readonly afterMs?: number }
  /** Not now, though nothing failed: the message has to come back after so long. */
  | { readonly kind: 'wait'; readonly afterMs: number }
  /** The marketplace refused it for good. */
  | { readonly kind: 'refused'; readonly failure: Failure }
  /** It failed. Without `afterMs` that was the last attempt: so many have failed, and the queue gives it no more. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly afterMs?: number };

/**
 * After each failure but the last one, in seconds. The first is short, for a server that stumbled. The fifth attempt
 * comes more than an hour after the first, whatever the jitter: an outage of an hour leads nowhere near the dead
 * letters. It comes well before the 90 minutes after which an alarm takes the queue for one that nobody works off.
 */
const RETRY_SECONDS: readonly number[] = [10, 120, 900, 3_000];
const LONGEST_RETRY_SECONDS = 3_000;
/** The same with its jitter. A next attempt that is further ahead is of a clock that was wrong. */
const LONGEST_RETRY_MS = LONGEST_RETRY_SECONDS * 1_100;
/** Clocks of the queue and ours may differ by so much. */
const EARLY_MARGIN_MS = 30_000;
/** How long a message waits where the marketplace did not say how long. */
const UNKNOWN_WAIT_MS = 60_000;
/** An invocation that has run out of time is followed by another at once. */
const NEXT_INVOCATION_MS = 1_000;
/** A claim outlives its invocation by this, for clocks that differ. */
const CLAIM_MARGIN_MS = 1_000;

/**
 * Uploads the rating that a message names: the newest that is stored, whatever revision the message was sent for.
 *
 * The rating is claimed first, so that of two messages for it one does nothing, and what is about to be sent is
 * written down before it leaves. Settling needs the claim. A function that is killed in between leaves a claim that
 * ends by time, and a note of what it may have sent.
 *
 * @throws StorageError, RatingContendedError when the outcome could not be written; the message has to come back
 */
export async function uploadRating(
  deps: UploadDeps,
  message: UploadMessage,
  receive: Receive,
): Promise<UploadOutcome> {
  const now = deps.now();
  const until = now + deps.remainingMs() + CLAIM_MARGIN_MS;
  const id = deps.newClaimId();
  const { rating, isChanged } = await deps.ratings.change(message, (current) =>
    earlyBy(current, now) > 0 ? undefined : claimed(current, message, { id, now, until }),
  );
  if (!rating || !isChanged) return idle(rating, message, now);
  const upload = { claimId: id, revision: rating.revision };
  try {
    return await bringRating(deps, rating, upload);
  } catch (error) {
    if (error instanceof StorageError || error instanceof RatingContendedError) throw error;
    return await settleFailure(deps, { rating, upload, receive }, error);
  }
}

/** How long before its next attempt a message has come: SQS delays one that is sent anew for 15 minutes at most. */
function earlyBy(rating: Rating | undefined, now: number): number {
  const { status, failure, nextAttemptAt = 0 } = rating ?? {};
  if (status !== 'failed' || failure?.final) return 0;
  const ms = nextAttemptAt - now;
  return ms > EARLY_MARGIN_MS && ms <= LONGEST_RETRY_MS + EARLY_MARGIN_MS ? ms : 0;
}

function idle(rating: Rating | undefined, message: UploadMessage, now: number): UploadOutcome {
  const earlyMs = earlyBy(rating, now);
  const reason = idleReason(rating, message, now) ?? 'done';
  if (earlyMs > 0 && reason !== 'claimed') return { kind: 'wait', afterMs: earlyMs };
  if (reason !== 'claimed' || !rating?.claim) return { kind: 'idle', reason };
  return { kind: 'idle', reason, afterMs: Math.max(0, rating.claim.until - now) + CLAIM_MARGIN_MS };
}

type Attempt = { readonly rating: Rating; readonly upload: Upload; readonly receive: Receive };

async function settleFailure(
  { ratings, now, random, log }: UploadDeps,
  { rating, upload, receive }: Attempt,
  error: unknown,
): Promise<UploadOutcome> {
  const waitMs = waitAfter(error);
  if (waitMs !== undefined) {
    await ratings.change(rating, (current) => deferred(current, upload, now() + waitMs));
    return { kind: 'wait', afterMs: waitMs };
  }
  const failure = failureOf(error);
  const told = { code: failure.code, message: failure.message, failedAt: now() };
  if (!failure.retryable && error instanceof MarketplaceRefusedError) {
    await ratings.change(rating, (current) => rejected(current, upload, told));
    return { kind: 'refused', failure };
  }
  // Not the error itself: a thousand stacks of one marketplace that is down say no more than its message.
  const { code, message: reason } = failure;
  log.warn('an upload failed', { skill_id: rating.skillId, code, reason, receives: receive.count });
  if (code === 'internal_error') log.error('an upload met an unexpected error', { error });
  // The queue counts receives, waits and crashes among them; only what failed counts here.
  const failures = rating.retryCount + 1;
  const isLast = receive.isLast && failures > RETRY_SECONDS.length;
  const afterMs = isLast ? undefined : retryAfter(failures, random());
  const next = afterMs === undefined ? undefined : now() + afterMs;
  await ratings.change(rating, (current) => attemptFailed(current, upload, told, next));
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

/** The failure by the code that tells an operator what to do. */
function failureOf(error: unknown): Failure {
  const failure = describeFailure(error);
  if (!(error instanceof MarketplaceRefusedError)) return failure;
  const { status } = error;
  if (status === 404)
    return { ...failure, code: 'skill_not_found', message: 'The marketplace has no such skill.' };
  return [400, 413, 422].includes(status) ? { ...failure, code: 'invalid_rating' } : failure;
}

/** The delay after the n-th failure, a tenth more or less, so that what failed together is not tried together. */
export function retryAfter(failures: number, random: number): number {
  const seconds = RETRY_SECONDS[failures - 1] ?? LONGEST_RETRY_SECONDS;
  return Math.round(seconds * 1_000 * (0.9 + 0.2 * random));
}
