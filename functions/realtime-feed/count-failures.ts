import type { Ending } from '#core/feed/feed-socket.ts';
import type { FeedReport } from '#core/feed/feed-state.ts';
import type { Random } from '#core/time/clock.ts';
import { backoffMs } from './backoff.ts';
import { actionOn, FeedAction } from './close-codes.ts';

/** Failures in a row after which polling is said to carry the load. */
const FALLBACK_AFTER = 3;

/** What to do after a failure. */
export type NextStep =
  | { readonly kind: 'connect' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'rest' };

/** Counts failures in a row and decides by them how soon it is tried again. */
export type FailureCount = {
  /** A socket ended, or never opened. */
  failed(ending: Ending): NextStep;
  /** Another attempt begins. @returns whether the token has to be read past its cache for it */
  attempt(): { readonly renewToken: boolean };
  opened(): void;
  /** The connection has lasted: what was before is forgotten. */
  lasted(): void;
  /** The attempts are not used up any more, for whoever asks by hand or after the rest. */
  startAnew(): void;
  report(): Pick<FeedReport, 'reconnectAttempts' | 'consecutiveFailures' | 'fallbackToPolling'>;
};

export type FailureOptions = {
  /** How often it is tried again before the feed rests. */
  readonly maxAttempts: number;
  /** The longest that it stays away because it was told to. Milliseconds. */
  readonly restMs: number;
  readonly random: Random;
};

/** Makes a count at zero. */
export function createFailureCount({ maxAttempts, restMs, random }: FailureOptions): FailureCount {
  let failures = 0;
  // Below zero, so that the first attempt of all, which is no reconnect, makes it zero.
  let attempts = -1;
  let fallbackToPolling = false;
  // A refused token is read anew at once, but once: a server that refuses every token must meet growing waits.
  let mayRenewAtOnce = true;
  let renewToken = false;

  return {
    failed: (ending) => {
      const action = actionOn(ending);
      if (action === FeedAction.renewToken) {
        renewToken = true;
        if (mayRenewAtOnce) {
          mayRenewAtOnce = false;
          return { kind: 'connect' };
        }
      }
      failures += 1;
      const isOver = action === FeedAction.rest || failures > maxAttempts;
      fallbackToPolling ||= isOver || failures >= FALLBACK_AFTER;
      if (isOver) return { kind: 'rest' };
      const askedMs = ending.kind === 'refused' ? (ending.retryAfterMs ?? 0) : 0;
      return { kind: 'wait', ms: Math.min(restMs, Math.max(askedMs, backoffMs(failures, random))) };
    },
    attempt: () => {
      attempts += 1;
      const wanted = { renewToken };
      renewToken = false;
      return wanted;
    },
    opened: () => {
      attempts = 0;
    },
    lasted: () => {
      failures = 0;
      fallbackToPolling = false;
      mayRenewAtOnce = true;
    },
    startAnew: () => {
      failures = 0;
    },
    report: () => ({
      reconnectAttempts: Math.max(0, attempts),
      consecutiveFailures: failures,
      fallbackToPolling,
    }),
  };
}
