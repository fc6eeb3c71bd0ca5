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
import { CONTRACT_DELAYS_MS, centredJitter, listedDelay } from '#core/time/backoff.ts';
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
type RetryableError = MarketplaceUnavailableError | MalformedAnswerError | RateLimitedError;

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
   * @default 5
   */
  readonly maxRetries?: number | undefined;
};

/** Answers with `Retry-After` that cost no retry: a busy server is not a broken one. */
const FREE_PAUSES = 5;
/** Redirects of one call; more of them lead in a circle. */
const MAX_HOPS = 3;
const MAX_RETRIES = CONTRACT_DELAYS_MS.length;
const delayAfter = listedDelay(CONTRACT_DELAYS_MS);
/** Centred, so that the delays are the contract's on average, and a server that has just failed gets its rest. */
const jitter = centredJitter(0.5);

/** What an attempt came to that has to be followed by another one. */
type Unanswered = Exclude<Outcome<unknown>, { kind: 'answered' }>;

/** The attempts that may still be made because of each outcome. */
type Left = Record<Unanswered['kind'], number>;

/**
 * Tries until an attempt is answered: up to five retries, each after the contract's delay times 0.5–1.5.
 *
 * A rejected token is read anew once, at once, and costs no retry.
 *
 * @param attempt one request; `renewToken` says that the token has to be read past its cache
 * @throws MarketplaceAuthError when the token is rejected twice
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
  const maxRetries = Math.min(tried.maxRetries ?? MAX_RETRIES, MAX_RETRIES);
  const left: Left = { token_rejected: 1, moved: MAX_HOPS, paused: FREE_PAUSES, failed: maxRetries };
  let renewToken = false;
  for (let attempts = 1; ; attempts += 1) {
    tried.signal?.throwIfAborted();
    const outcome = await attempt({ renewToken });
    if (outcome.kind === 'answered') return outcome.value;
    const reason = spend(left, outcome.kind);
    if (reason === undefined) throw finalError(outcome, tried, attempts);
    renewToken = outcome.kind === 'token_rejected';
    const retries = maxRetries - left.failed;
    await prepareNext(deps, { tried, attempts, retries, isRetry: reason === 'failed' }, outcome);
  }
}

/** What the next attempt is counted as; undefined where there must be none. A pause too many is a failure. */
function spend(left: Left, kind: Unanswered['kind']): Unanswered['kind'] | undefined {
  const reason = kind === 'paused' && left.paused === 0 ? 'failed' : kind;
  if (left[reason] === 0) return undefined;
  left[reason] -= 1;
  return reason;
}

function finalError(outcome: Unanswered, tried: Tried, attempts: number): AtomSyncError {
  const isFailure = outcome.kind === 'failed' || outcome.kind === 'paused';
  return isFailure ? usedUp(outcome.error, tried, attempts) : outcome.error;
}

/** How far a call has come. `isRetry`: the next attempt costs a retry, and comes after a backoff. */
type Progress = {
  readonly tried: Tried;
  readonly attempts: number;
  readonly retries: number;
  readonly isRetry: boolean;
};

async function prepareNext(deps: RetryDeps, progress: Progress, outcome: Unanswered): Promise<void> {
  if (outcome.kind === 'moved') return;
  if (outcome.kind === 'token_rejected') {
    deps.log.warn('the marketplace refused the token; reading it anew', { call: progress.tried.shown });
    return;
  }
  if (progress.isRetry) return backOff(deps, progress, outcome);
  const { error } = outcome;
  logFailure(deps.log, progress, error, error instanceof RateLimitedError ? error.retryAfterMs : undefined);
}

async function backOff(
  deps: RetryDeps,
  progress: Progress,
  { kind, error }: Extract<Unanswered, { kind: 'failed' | 'paused' }>,
): Promise<void> {
  const { tried, retries } = progress;
  const jittered = jitter(delayAfter(retries), deps.random);
  // A pause is waited for where the next attempt stands in line.
  const waitMs = Math.max(jittered, kind === 'failed' ? (askedToWaitMs(error) ?? 0) : 0);
  if (waitMs >= deps.leftMs()) throw doesNotFit(error, tried, waitMs);
  logFailure(deps.log, progress, error, waitMs);
  await deps.sleep(waitMs, tried.signal);
}

function logFailure(log: Log, { tried, attempts }: Progress, error: RetryableError, waitMs?: number): void {
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
