import type { Ending } from '#core/feed/feed-socket.ts';
import type { FeedReport } from '#core/feed/feed-state.ts';
import { CONTRACT_DELAYS_MS, fullJitter, listedDelay } from '#core/time/backoff.ts';
import type { Random } from '#core/time/clock.ts';
import { actionOn, FeedAction } from './close-codes.ts';
import type { FeedTiming } from './feed-timing.ts';

/** Failures in a row after which the report says that the polls carry the load. */
const FALLBACK_AFTER = 3;

/** What to do after a failure. */
export type NextStep =
  | { readonly kind: 'connect' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'rest' };

/** The failures of a session's connections: how soon the next attempt is made depends on them. */
export type Failures = {
  /** Since a connection was stable, or since the count was reset. */
  readonly inARow: number;
  /** Attempts since a socket was open last. -1 before the very first, which is no reconnect, so that it makes 0. */
  readonly attempts: number;
  readonly fallbackToPolling: boolean;
  /** A rejected token is renewed at once, but once: a server that rejects every token has to meet growing waits. */
  readonly mayRenewAtOnce: boolean;
  /** The next attempt has to read the token past its cache. */
  readonly renewToken: boolean;
};

export const NO_FAILURES: Failures = {
  inARow: 0,
  attempts: -1,
  fallbackToPolling: false,
  mayRenewAtOnce: true,
  renewToken: false,
};

/** What decides how soon the next attempt is made. */
export type RetryRules = {
  /** Failures in a row after which the feed rests. */
  readonly maxAttempts: number;
  /** `restMs` is also the longest that a `Retry-After` may keep the feed away. */
  readonly timing: Pick<FeedTiming, 'restMs' | 'leastBackoffMs'>;
  readonly random: Random;
};

/** Counts a socket that ended, or that never opened. */
export function failed(
  before: Failures,
  ending: Ending,
  rules: RetryRules,
): { readonly failures: Failures; readonly next: NextStep } {
  const action = actionOn(ending);
  const isTokenRejected = action === FeedAction.renewToken;
  if (isTokenRejected && before.mayRenewAtOnce) {
    return { failures: { ...before, renewToken: true, mayRenewAtOnce: false }, next: { kind: 'connect' } };
  }
  const inARow = before.inARow + 1;
  const isOver = action === FeedAction.rest || inARow > rules.maxAttempts;
  const failures: Failures = {
    ...before,
    inARow,
    renewToken: before.renewToken || isTokenRejected,
    fallbackToPolling: before.fallbackToPolling || isOver || inARow >= FALLBACK_AFTER,
  };
  return { failures, next: isOver ? { kind: 'rest' } : { kind: 'wait', ms: waitMs(inARow, ending, rules) } };
}

/** Another attempt begins; it takes `renewToken` with it. */
export function attempted(before: Failures): Failures {
  return { ...before, attempts: before.attempts + 1, renewToken: false };
}

/** A socket is open. Its failures stay until the connection is stable. */
export function opened(before: Failures): Failures {
  return { ...before, attempts: 0 };
}

/** The connection is stable: what was before is forgotten. */
export function stable(before: Failures): Failures {
  return { ...before, inARow: 0, fallbackToPolling: false, mayRenewAtOnce: true };
}

/** All attempts may be made again: an operator asked for a connection, or the rest is over. */
export function reset(before: Failures): Failures {
  return { ...before, inARow: 0 };
}

/** The failures as the feed's report has them. */
export function reportFailures({
  attempts,
  inARow,
  fallbackToPolling,
}: Failures): Pick<FeedReport, 'reconnectAttempts' | 'consecutiveFailures' | 'fallbackToPolling'> {
  return { reconnectAttempts: Math.max(0, attempts), consecutiveFailures: inARow, fallbackToPolling };
}

const reconnectDelay = listedDelay(CONTRACT_DELAYS_MS);

/** The backoff before the attempt after so many failures in a row, with full jitter. Milliseconds. */
export function reconnectDelayMs(
  inARow: number,
  { timing, random }: Pick<RetryRules, 'random'> & { readonly timing: Pick<FeedTiming, 'leastBackoffMs'> },
): number {
  return fullJitter(timing.leastBackoffMs)(reconnectDelay(inARow), random);
}

/** The backoff, or what `Retry-After` asked for where that is longer. */
function waitMs(inARow: number, ending: Ending, rules: RetryRules): number {
  const askedMs = ending.kind === 'refused' ? (ending.retryAfterMs ?? 0) : 0;
  return Math.min(rules.timing.restMs, Math.max(askedMs, reconnectDelayMs(inARow, rules)));
}
