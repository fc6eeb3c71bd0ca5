import type { Failure } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { RatingConflictLog, RatingMarket, RatingStore } from '#core/ratings/rating-ports.ts';
import type { Idle } from '#core/ratings/rating-state.ts';
import type { Now, Random } from '#core/time/clock.ts';

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
  /** Not now, though nothing failed: the message has to return after so long. */
  | { readonly kind: 'wait'; readonly afterMs: number }
  /** The marketplace rejected it for good. */
  | { readonly kind: 'rejected'; readonly failure: Failure }
  /** It failed. Without `afterMs` that was the last attempt: so many have failed, and the queue gives it no more. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly afterMs?: number };
