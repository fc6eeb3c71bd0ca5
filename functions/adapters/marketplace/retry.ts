import {
  type AtomSyncError,
  askedToWaitMs,
  MalformedAnswerError,
  type MarketplaceAuthError,
  type MarketplaceRefusedError,
  MarketplaceUnavailableError,
  OutOfTimeError,
  RateLimitedError,
} from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Random, Sleep } from '#core/time/clock.ts';

/** What one attempt came to. Anything that can't be mended by another attempt is thrown instead. */
export type Outcome<T> =
  | { readonly kind: 'answered'; readonly value: T }
  /** 401. */
  | { readonly kind: 'token_rejected'; readonly error: MarketplaceAuthError }
  /** To be asked for at another address, which is known already. */
  | { readonly kind: 'moved'; readonly error: MarketplaceRefusedError }
  /** 429 that said for how long. The limiter is paused already, so the next attempt waits there. */
  | { readonly kind: 'paused'; readonly error: RateLimitedError }
  /** Worth another attempt after a backoff, and not before the server wants one where it said so. */
  | { readonly kind: 'failed'; readonly error: RetryableError };

/** The errors that another attempt may mend. */
export type RetryableError = MarketplaceUnavailableError | MalformedAnswerError | RateLimitedError;

export type RetryDeps = {
  readonly sleep: Sleep;
  readonly random: Random;
  readonly log: Log;
  /** Milliseconds that may still be spent; Infinity where nothing ends this process. */
  readonly leftMs: () => number;
};

/** What is tried, as errors and logs call it (no query, no token). */
export type Tried = {
  readonly shown: string;
  readonly signal?: AbortSignal | undefined;
  /**
   * Retries after failures of which nobody knows what they did; 0 for a call that must not be repeated blindly.
   * @default - all of {@link BACKOFF_MS}
   */
  readonly maxRetries?: number | undefined;
};

/** Before each of the five retries; the contract's delays. */
export const BACKOFF_MS: readonly number[] = [1000, 2000, 4000, 8000, 16_000];
/** So many answers with `Retry-After` cost no retry: a busy server is not a broken one. */
const FREE_PAUSES = 5;
/** Redirects of one call; more of them lead in a circle. */
const MAX_HOPS = 3;

/**
 * Tries until an attempt is answered: up to five retries, each after the contract's delay times 0.5–1.5.
 * The jitter is centred, so that the delays are the contract's on average, and never below half of them (as
 * "full" jitter would be): a server that has just failed gets its rest.
 *
 * A refused token is read anew once, at once, and costs no retry.
 *
 * @param attempt one request; `renewToken` says that the token has to be read past its cache
 * @throws MarketplaceAuthError when the token is refused twice
 * @throws RateLimitedError | MarketplaceUnavailableError when the marketplace asks for a wait that does not fit into
 *   the time left
 * @throws OutOfTimeError when a backoff of ours does not
 * @throws MarketplaceRefusedError when it is redirected in a circle
 * @throws the last attempt's error, told with what was tried and how often, when the retries are used up
 * @throws the signal's reason when it aborts
 */
export async function retry<T>(
  deps: RetryDeps,
  tried: Tried,
  attempt: (options: { renewToken: boolean }) => Promise<Outcome<T>>,
): Promise<T> {
  let attempts = 0;
  let retries = 0;
  let pauses = 0;
  let hops = 0;
  let renewed = false;
  let renewToken = false;
  for (;;) {
    tried.signal?.throwIfAborted();
    attempts += 1;
    const outcome = await attempt({ renewToken });
    renewToken = false;
    if (outcome.kind === 'answered') return outcome.value;
    if (outcome.kind === 'token_rejected') {
      if (renewed) throw outcome.error;
      renewed = true;
      renewToken = true;
      deps.log.warn('the marketplace refused the token; reading it anew', { call: tried.shown });
      continue;
    }
    if (outcome.kind === 'moved') {
      hops += 1;
      if (hops > MAX_HOPS) throw outcome.error;
      continue;
    }
    if (outcome.kind === 'paused' && pauses < FREE_PAUSES) {
      pauses += 1;
      logFailure(deps.log, tried, attempts, outcome.error, outcome.error.retryAfterMs);
      continue;
    }
    const delay = retries < (tried.maxRetries ?? BACKOFF_MS.length) ? BACKOFF_MS[retries] : undefined;
    if (delay === undefined) throw usedUp(outcome.error, tried, attempts);
    retries += 1;
    await backOff(deps, tried, attempts, outcome, delay);
  }
}

async function backOff(
  deps: RetryDeps,
  tried: Tried,
  attempts: number,
  { kind, error }: Extract<Outcome<unknown>, { kind: 'failed' | 'paused' }>,
  delay: number,
): Promise<void> {
  const jittered = Math.round(delay * (0.5 + deps.random()));
  // A pause is waited for where the next attempt stands in line.
  const waitMs = Math.max(jittered, kind === 'failed' ? (askedToWaitMs(error) ?? 0) : 0);
  if (waitMs >= deps.leftMs()) throw doesNotFit(error, tried, waitMs);
  logFailure(deps.log, tried, attempts, error, waitMs);
  await deps.sleep(waitMs, tried.signal);
}

function logFailure(log: Log, tried: Tried, attempts: number, error: RetryableError, waitMs?: number): void {
  log.warn('a marketplace call failed and is tried again', {
    call: tried.shown,
    attempts,
    code: error.code,
    reason: error.message,
    waitMs,
  });
}

function doesNotFit(error: RetryableError, tried: Tried, waitMs: number): AtomSyncError {
  const message = `${tried.shown} has to wait ${waitMs} ms before it is tried again, which does not fit into the time left: ${error.message}`;
  if (error instanceof RateLimitedError) {
    return new RateLimitedError(message, Math.max(waitMs, error.retryAfterMs ?? 0), { cause: error });
  }
  // The marketplace's own wish ends the run; a backoff of ours is gone on with in another invocation.
  if (error instanceof MarketplaceUnavailableError && (error.retryAfterMs ?? 0) >= waitMs) {
    return unavailable(message, error);
  }
  return new OutOfTimeError(message, { cause: error });
}

function unavailable(message: string, cause: MarketplaceUnavailableError): MarketplaceUnavailableError {
  const { status, retryAfterMs } = cause;
  return new MarketplaceUnavailableError(message, {
    cause,
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function usedUp(error: RetryableError, tried: Tried, attempts: number): AtomSyncError {
  const message =
    attempts === 1
      ? `${tried.shown} failed because ${error.message}`
      : `${tried.shown} failed ${attempts} times in a row, the last time because ${error.message}`;
  if (error instanceof RateLimitedError) {
    return new RateLimitedError(message, error.retryAfterMs, { cause: error });
  }
  if (error instanceof MalformedAnswerError) return new MalformedAnswerError(message, { cause: error });
  return unavailable(message, error);
}
