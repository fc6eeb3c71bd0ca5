import { discard, readJson } from '#adapters/http/answer.ts';
import { callUrl, type Query } from '#adapters/http/call-url.ts';
import { connectionFault } from '#adapters/http/connection-fault.ts';
import { AtomSyncError, OutOfTimeError } from '#core/errors.ts';
import type { Now, Sleep } from '#core/time/clock.ts';
import { withDeadline } from '#core/time/deadline.ts';
import {
  needsAdmin,
  noSuchAccount,
  redirectedElsewhere,
  ZendeskMalformedError,
  ZendeskRefusedError,
  ZendeskUnavailableError,
} from './errors.ts';
import { waitAskedMs } from './rate-headers.ts';

export type RequestDeps = {
  readonly base: URL;
  readonly fetch: typeof fetch;
  readonly now: Now;
  readonly sleep: Sleep;
  /** For one attempt, its body included. Milliseconds. */
  readonly timeoutMs: number;
  /** Milliseconds until this invocation is ended, what it needs for its end taken off. */
  readonly leftMs: () => number;
  /** After decompression. */
  readonly maxResponseBytes: number;
  /** Hears of each answer's status, and of `failed` where there was none. */
  readonly onAnswer?: ((code: string) => void) | undefined;
};

/** One request. */
export type ZendeskRequest<T> = {
  readonly path: string;
  readonly query?: Query;
  /** Sent by POST, as JSON. @default - a GET */
  readonly body?: unknown;
  /** What errors and logs call it. */
  readonly shown: string;
  /** Makes the value of the answer's JSON. @throws ZendeskMalformedError */
  readonly parse: (json: unknown) => T;
  /** What a status means that is no success; undefined where it means what it always does. It may throw. */
  readonly meaning?: (status: number) => { readonly value: T } | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** What one attempt came to; anything that no other attempt mends is thrown. */
export type Outcome<T> =
  | { readonly kind: 'answered'; readonly value: T }
  /** 401. */
  | { readonly kind: 'unauthorized' }
  /** 429, or a failure that says when to come again. */
  | { readonly kind: 'asked_to_wait'; readonly waitMs: number; readonly status: number }
  /** `isTooMuch`: it took too long or was too large, so that less may be had. */
  | { readonly kind: 'failed'; readonly error: Retryable; readonly isTooMuch: boolean };

type Retryable = ZendeskUnavailableError | ZendeskMalformedError;

/** An answer that is too large, or does not come: asking for less may help. */
class TooMuchError extends ZendeskUnavailableError {}

/** Statuses of a server or a proxy that gave up waiting. */
const TOO_SLOW: ReadonlySet<number> = new Set([408, 504, 524]);

/**
 * Sends one request and reads its answer, within the time-out. What it means goes by the status alone: bodies of
 * failures have four shapes, and may be a page for people or nothing.
 */
export async function send<T>(
  deps: RequestDeps,
  request: ZendeskRequest<T>,
  authorization: string | undefined,
): Promise<Outcome<T>> {
  const leftMs = deps.leftMs();
  const ms = Math.min(deps.timeoutMs, leftMs);
  if (ms <= 0) throw outOfTime(request.shown);
  const error = () => (leftMs < deps.timeoutMs ? outOfTime(request.shown) : timedOut(deps.timeoutMs));
  try {
    return await withDeadline(deps.sleep, { ms, error, signal: request.signal }, (signal) =>
      exchange(deps, request, authorization, signal),
    );
  } catch (caught) {
    if (caught instanceof ZendeskUnavailableError || caught instanceof ZendeskMalformedError) {
      return { kind: 'failed', error: caught, isTooMuch: caught instanceof TooMuchError };
    }
    throw caught;
  }
}

async function exchange<T>(
  deps: RequestDeps,
  request: ZendeskRequest<T>,
  authorization: string | undefined,
  signal: AbortSignal,
): Promise<Outcome<T>> {
  const { path, query, body } = request;
  try {
    const response = await deps.fetch(callUrl(deps.base, path, query), {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      // Left to `fetch`, a redirect would be followed with the credentials, to wherever the answer says.
      redirect: 'manual',
      signal,
    });
    deps.onAnswer?.(String(response.status));
    return await interpret(deps, request, response);
  } catch (caught) {
    // What an aborted fetch rejects with is its own affair.
    if (signal.aborted) throw signal.reason;
    if (caught instanceof AtomSyncError) throw caught;
    deps.onAnswer?.('failed');
    throw new ZendeskUnavailableError(connectionFault(caught));
  }
}

async function interpret<T>(
  deps: RequestDeps,
  request: ZendeskRequest<T>,
  response: Response,
): Promise<Outcome<T>> {
  if (response.ok) {
    const json = await readJson(response, {
      maxBytes: deps.maxResponseBytes,
      malformed: (reason) => new ZendeskMalformedError(reason),
      tooLarge: (reason) => new TooMuchError(reason),
      cutOff: (reason) => new ZendeskUnavailableError(reason),
    });
    return { kind: 'answered', value: request.parse(json) };
  }
  await discard(response);
  return refusal(deps, request, response);
}

function refusal<T>(
  deps: RequestDeps,
  request: ZendeskRequest<T>,
  { status, headers }: Response,
): Outcome<T> {
  const { host } = deps.base;
  if (status === 429) return { kind: 'asked_to_wait', waitMs: waitAskedMs(headers, deps.now()), status };
  if (status === 404 && isPage(headers)) throw noSuchAccount(host);
  const meant = request.meaning?.(status);
  if (meant) return { kind: 'answered', value: meant.value };
  if (status === 401) return { kind: 'unauthorized' };
  if (status === 403) throw needsAdmin(request.shown);
  if (status >= 500 || status === 408 || status === 409 || status === 425) {
    return serverFault(deps, status, headers);
  }
  if (status < 400) throw redirectedElsewhere(host, status);
  throw new ZendeskRefusedError(`Zendesk refused ${request.shown} with status ${status}.`, status);
}

function serverFault(deps: RequestDeps, status: number, headers: Headers): Outcome<never> {
  if (headers.has('retry-after')) {
    return { kind: 'asked_to_wait', waitMs: waitAskedMs(headers, deps.now()), status };
  }
  const error = new ZendeskUnavailableError(`it answered ${status}`);
  return { kind: 'failed', error, isTooMuch: TOO_SLOW.has(status) };
}

/** Whether a body is for people, and not for us: who answers so is no API. */
function isPage(headers: Headers): boolean {
  return headers.get('content-type')?.includes('text/html') ?? false;
}

function outOfTime(shown: string): OutOfTimeError {
  return new OutOfTimeError(`There is no time left to finish ${shown}; the rest is done next time.`);
}

function timedOut(timeoutMs: number): TooMuchError {
  return new TooMuchError(`it had not answered in full after ${timeoutMs} ms`);
}
