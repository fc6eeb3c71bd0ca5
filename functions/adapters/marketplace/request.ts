import { discard, readJson } from '#adapters/http/answer.ts';
import { callBase, callUrl, type Query } from '#adapters/http/call-url.ts';
import {
  AtomSyncError,
  MalformedAnswerError,
  MarketplaceRefusedError,
  MarketplaceUnavailableError,
  RateLimitedError,
  TokenUnavailableError,
} from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { TokenSource } from '#core/marketplace/marketplace.ts';
import { clockAheadMs, retryAfterMs } from '#core/marketplace/retry-after.ts';
import type { Now, Random, Sleep } from '#core/time/clock.ts';
import { orAborted, withDeadline } from '#core/time/deadline.ts';
import {
  BODY_FAULTS,
  connectionFailed,
  outOfTime,
  permanentFailure,
  timedOut,
  tokenRejected,
} from './failures.ts';
import { createRateLimiter, type Limits, type Permit, type RateLimiter } from './rate-limiter.ts';
import { createMovedPaths, movedUrl, NO_SUCH_PATH, redirected, slashRedirect } from './redirect.ts';
import { type Outcome, retry } from './retry.ts';

export type MarketplaceHttpDeps = {
  /** `ATOM_SAAS_API_URL`; may hold a path, which every call's path is put behind. */
  readonly baseUrl: string;
  readonly token: TokenSource;
  readonly fetch: typeof fetch;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly random: Random;
  /** For one attempt, its body included. Milliseconds. */
  readonly timeoutMs: number;
  readonly log: Log;
  /** Default: the contract's. Without effect where a `limiter` is given. */
  readonly limits?: Limits;
  /** To be given where a process has more than one client of the same marketplace. Default: one of its own. */
  readonly limiter?: RateLimiter;
  /** Milliseconds until this invocation is ended. Default: it is not (Infinity). 0 means that there are none. */
  readonly remainingMs?: () => number;
  /** How much of `remainingMs` is left to the caller for saving what it has. Milliseconds, default 3,000. */
  readonly reserveMs?: number;
  /** After decompression. Default 64 MiB. */
  readonly maxResponseBytes?: number;
};

export type MarketplaceCall<T> = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Begins with a slash; its segments are encoded. */
  readonly path: string;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /**
   * Retries after a failure that may have done its work all the same. 0 where that must not be done twice: a refused
   * token and a 429 still are tried again, since nothing has happened then.
   * @default 5
   */
  readonly maxRetries?: number;
  /** What errors and logs call it. Default: method and path. To be given where the path holds a secret. */
  readonly shown?: string;
  /** Makes the value from the answer's JSON. @throws MalformedAnswerError */
  readonly parse: (json: unknown) => T;
  /** Statuses that are an answer and no failure, with what they mean. */
  readonly answers?: ReadonlyMap<number, T>;
  readonly signal?: AbortSignal | undefined;
};

/**
 * `requestedAt`: when the attempt that was answered left, milliseconds since 1970. `clockAheadMs`: how far the
 * marketplace's clock is ahead of ours, by the answer's `Date`.
 */
type Answered<T> = {
  readonly value: T;
  readonly requestedAt: number;
  readonly clockAheadMs: number;
};

export type MarketplaceHttp = {
  /**
   * Makes one call, within the limits, with retries.
   *
   * @throws MarketplaceUnavailableError | MalformedAnswerError | RateLimitedError when the retries are used up
   * @throws MarketplaceAuthError (401 twice, 403) | MarketplaceRefusedError (other 4xx, redirects elsewhere)
   * @throws RateLimitedError | MarketplaceUnavailableError with `retryAfterMs` when the marketplace asks for a wait
   *   that does not fit into `remainingMs`
   * @throws OutOfTimeError when one of ours does not
   * @throws TokenUnavailableError | SecretUnavailableError, and the signal's reason when it aborts
   */
  call<T>(call: MarketplaceCall<T>): Promise<Answered<T>>;
};

/** Refusals that are none for good where they say when to come again. What 400 or 404 say does not pass by waiting. */
const MAY_BE_TEMPORARY: ReadonlySet<number> = new Set([403, 413, 423]);
const RESERVE_MS = 3000;
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;
/** What may stand in a header. Checked here because `fetch` quotes in its error the value that it refuses. */
const SENDABLE = /^[\x21-\x7e]+$/;

/** Everything that a call needs, defaults filled in. */
type Core = MarketplaceHttpDeps & {
  readonly limiter: RateLimiter;
  readonly leftMs: () => number;
  readonly maxResponseBytes: number;
  /** Paths that the marketplace wants with a slash at their end, or without: see `redirect.ts`. */
  readonly moved: Map<string, string>;
};

/**
 * Makes the one way to the marketplace: every adapter that calls it shares its limiter, retries and checks.
 * To be made once, at the composition root; see {@link createRateLimiter} for the reason.
 *
 * @throws TypeError when `baseUrl` is no URL or holds a user name or a password
 * @example
 * const http = createMarketplaceHttp({ baseUrl, token, fetch, now: Date.now, sleep, random: Math.random, timeoutMs: 30_000, log });
 * const { value } = await http.call({ method: 'GET', path: '/api/v1/categories', parse: parseCategories });
 */
export function createMarketplaceHttp(deps: MarketplaceHttpDeps): MarketplaceHttp {
  const base = callBase(deps.baseUrl, 'marketplace');
  const { remainingMs = () => Number.POSITIVE_INFINITY, reserveMs = RESERVE_MS } = deps;
  const core: Core = {
    ...deps,
    limiter: deps.limiter ?? createRateLimiter(deps, deps.limits),
    leftMs: () => remainingMs() - reserveMs,
    maxResponseBytes: deps.maxResponseBytes ?? MAX_RESPONSE_BYTES,
    moved: createMovedPaths(),
  };
  return {
    call: (call) => {
      const url = callUrl(base, call.path, call.query);
      const shown = call.shown ?? `${call.method} ${call.path}`;
      const token = rememberingToken(core.token);
      const tried = { ...call, shown, hasMoved: false };
      return retry(core, { shown, signal: call.signal, maxRetries: call.maxRetries }, ({ renewToken }) =>
        attempt(core, tried, url, () => token(renewToken)),
      );
    },
  };
}

/** `hasMoved`: this very call was redirected, so that where its path is now is no mere memory. */
type ShownCall<T> = MarketplaceCall<T> & { readonly shown: string; hasMoved: boolean };

async function attempt<T>(
  core: Core,
  call: ShownCall<T>,
  url: URL,
  readToken: () => Promise<string>,
): Promise<Outcome<Answered<T>>> {
  const permit = await core.limiter.acquire({ maxWaitMs: core.leftMs(), signal: call.signal });
  try {
    // Read when it is our turn: one read before the wait in line could have expired in it.
    const token = await orAborted(readToken(), call.signal);
    return await exchange(core, call, { asked: url, url: movedUrl(url, core.moved), token, permit });
  } catch (error) {
    if (error instanceof MarketplaceUnavailableError || error instanceof MalformedAnswerError) {
      return { kind: 'failed', error };
    }
    throw error;
  } finally {
    permit.release();
  }
}

/**
 * The token of one call's attempts. Of many requests that are refused with the same token only the first has
 * to have it renewed: the others find another one in the source's cache by then.
 */
function rememberingToken(source: TokenSource): (wasRefused: boolean) => Promise<string> {
  let used: string | undefined;
  return async (wasRefused) => {
    const known = await source();
    const token = wasRefused && known === used ? await source({ renew: true }) : known;
    if (!SENDABLE.test(token)) {
      throw new TokenUnavailableError(
        'The marketplace token is empty or holds characters that no HTTP header can carry; store it anew.',
      );
    }
    used = token;
    return token;
  };
}

/** `asked`: the address of the call; `url`: where it is now. */
type Prepared = { readonly asked: URL; readonly url: URL; readonly token: string; readonly permit: Permit };

/** Sends one request and reads its answer, all within the time-out. */
async function exchange<T>(
  core: Core,
  call: ShownCall<T>,
  prepared: Prepared,
): Promise<Outcome<Answered<T>>> {
  const { url, token, permit } = prepared;
  const leftMs = core.leftMs();
  const ms = Math.min(core.timeoutMs, leftMs);
  if (ms <= 0) throw outOfTime(call.shown);
  const error = () => (leftMs < core.timeoutMs ? outOfTime(call.shown) : timedOut(core.timeoutMs));
  return withDeadline(core.sleep, { ms, error, signal: call.signal }, async (signal) => {
    try {
      const requestedAt = core.now();
      permit.sent();
      const response = await core.fetch(url, {
        method: call.method,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: call.body === undefined ? undefined : JSON.stringify(call.body),
        // Left to `fetch`, a redirect would be followed with the token, to wherever the answer says.
        redirect: 'manual',
        signal,
      });
      permit.answered();
      return await interpret(core, call, prepared, { response, requestedAt });
    } catch (caught) {
      // What an aborted fetch rejects with is its own affair.
      if (signal.aborted) throw signal.reason;
      throw caught instanceof AtomSyncError ? caught : connectionFailed(caught);
    }
  });
}

async function interpret<T>(
  core: Core,
  call: ShownCall<T>,
  prepared: Prepared,
  { response, requestedAt }: { readonly response: Response; readonly requestedAt: number },
): Promise<Outcome<Answered<T>>> {
  const { status, headers } = response;
  if (response.ok && !call.answers?.has(status)) {
    const value = call.parse(await readJson(response, { ...BODY_FAULTS, maxBytes: core.maxResponseBytes }));
    return answered(core, headers, value, requestedAt);
  }
  await discard(response);
  if (!call.hasMoved && NO_SUCH_PATH.has(status) && core.moved.delete(prepared.asked.pathname)) {
    return { kind: 'moved', error: new MarketplaceRefusedError(redirected(call.shown, status), status) };
  }
  if (call.answers?.has(status)) {
    // The entry exists, so what `get` gives is a T even where that is undefined.
    return answered(core, headers, call.answers.get(status) as T, requestedAt);
  }
  const path = slashRedirect(prepared.url, call.method, status, headers.get('location'));
  if (path !== undefined) {
    core.moved.set(prepared.asked.pathname, path);
    call.hasMoved = true;
    return { kind: 'moved', error: new MarketplaceRefusedError(redirected(call.shown, status), status) };
  }
  return failureOf(core, call.shown, status, retryAfterMs(headers, core.now()));
}

function answered<T>({ now }: Core, headers: Headers, value: T, requestedAt: number): Outcome<Answered<T>> {
  const aheadMs = clockAheadMs(headers, requestedAt, now());
  return { kind: 'answered', value: { value, requestedAt, clockAheadMs: aheadMs } };
}

/** What a `Retry-After` asks for holds for every call of this process, and of all that share its limiter. */
function failureOf(core: Core, shown: string, status: number, waitMs: number | undefined): Outcome<never> {
  if (status === 401) return { kind: 'token_rejected', error: tokenRejected(shown) };
  if (status === 304) {
    const reason = 'it answered 304 (not modified), though nothing was asked on a condition';
    return { kind: 'failed', error: new MalformedAnswerError(reason) };
  }
  const isUnavailable = status >= 500 || status === 408 || status === 425;
  const asksToWait = waitMs !== undefined && (isUnavailable || MAY_BE_TEMPORARY.has(status));
  if (status === 429) {
    const error = new RateLimitedError('it answered 429 (too many requests)', waitMs);
    if (waitMs === undefined) return { kind: 'failed', error };
    core.limiter.pause(waitMs);
    return { kind: 'paused', error };
  }
  if (isUnavailable || asksToWait) {
    const error = new MarketplaceUnavailableError(`it answered ${status}`, { status, retryAfterMs: waitMs });
    if (asksToWait) core.limiter.pause(waitMs, error);
    return { kind: 'failed', error };
  }
  throw permanentFailure(shown, status);
}
