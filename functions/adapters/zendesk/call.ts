import { OutOfTimeError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { RequestPace } from '#core/tickets/request-pace.ts';
import { CONTRACT_DELAYS_MS, centredJitter, listedDelay } from '#core/time/backoff.ts';
import type { Random } from '#core/time/clock.ts';
import type { Authorize } from './access.ts';
import { refusedCredentials, ZendeskMalformedError, ZendeskUnavailableError } from './errors.ts';
import { type Outcome, type RequestDeps, send, type ZendeskRequest } from './request.ts';

export type CallDeps = RequestDeps & {
  readonly random: Random;
  readonly log: Log;
  /** What stands in the header `authorization`. @default - nothing does */
  readonly authorize?: Authorize;
};

/** How a call is repeated. */
export type CallOptions<T> = {
  /** The request, made anew for each attempt. */
  readonly request: () => ZendeskRequest<T>;
  /** Where each attempt waits for its turn. */
  readonly pace: RequestPace;
  /** Asks for less, where an answer was too large or too slow; false where there is no less. */
  readonly shrink?: () => boolean;
};

/** Failures that are followed by another attempt, and answers that ask to wait and are waited for. */
const MAX_FAILURES = CONTRACT_DELAYS_MS.length;
const MAX_WAITS = 20;
const delayAfter = listedDelay(CONTRACT_DELAYS_MS);
const jitter = centredJitter(0.5);

type Failed = Extract<Outcome<unknown>, { kind: 'failed' }>;

/** What a call has come to so far. */
type Attempts = { failures: number; waits: number; refused: string | undefined };

/**
 * Makes one call: up to five retries after failures, one after a refused token with a new one, and after each answer
 * that asks for it the wait that it asks for.
 *
 * @throws ZendeskAuthError when credentials that were got anew are refused as well
 * @throws ZendeskUnavailableError | ZendeskMalformedError when the retries are used up
 * @throws ZendeskForbiddenError | ZendeskNotFoundError | ZendeskRefusedError | OutOfTimeError | RateLimitedError, and
 *   the signal's reason when it aborts
 */
export async function call<T>(deps: CallDeps, options: CallOptions<T>): Promise<T> {
  const attempts: Attempts = { failures: 0, waits: 0, refused: undefined };
  for (;;) {
    const request = options.request();
    const { header, outcome } = await attempt(deps, options, request, attempts.refused);
    if (outcome.kind === 'answered') return outcome.value;
    if (outcome.kind === 'unauthorized') {
      if (attempts.refused !== undefined || header === undefined) throw refusedCredentials(request.shown);
      attempts.refused = header;
      deps.log.warn('Zendesk refused the token; a new one is asked for', { call: request.shown });
    } else if (outcome.kind === 'asked_to_wait') {
      waitFor(deps, options, outcome, attempts);
    } else await afterFailure(deps, options, outcome, attempts);
  }
}

async function attempt<T>(
  deps: CallDeps,
  { pace }: CallOptions<T>,
  request: ZendeskRequest<T>,
  refused: string | undefined,
): Promise<{ readonly header: string | undefined; readonly outcome: Outcome<T> }> {
  await pace.acquire(request.signal);
  try {
    // Read for each request: a token that was read before a long wait may have expired in it.
    const header = await deps.authorize?.({ refused, signal: request.signal });
    return { header, outcome: await send(deps, request, header) };
  } finally {
    pace.answered();
  }
}

function waitFor<T>(
  deps: CallDeps,
  { request, pace }: CallOptions<T>,
  { waitMs, status }: Extract<Outcome<T>, { kind: 'asked_to_wait' }>,
  attempts: Attempts,
): void {
  attempts.waits += 1;
  const { shown } = request();
  if (attempts.waits > MAX_WAITS) {
    throw new ZendeskUnavailableError(`${shown} was asked to wait ${MAX_WAITS} times in a row (${status}).`);
  }
  deps.log.info('Zendesk asks to wait', { call: shown, status, waitMs });
  pace.pause(waitMs);
}

async function afterFailure<T>(
  deps: CallDeps,
  { request, shrink }: CallOptions<T>,
  { error, isTooMuch }: Failed,
  attempts: Attempts,
): Promise<void> {
  const { shown, signal } = request();
  if (isTooMuch && shrink?.()) {
    deps.log.warn('less is asked of Zendesk at once', { call: shown, reason: error.message });
    return;
  }
  attempts.failures += 1;
  if (attempts.failures > MAX_FAILURES) throw usedUp(error, shown, attempts.failures);
  const waitMs = jitter(delayAfter(attempts.failures), deps.random);
  if (waitMs >= deps.leftMs()) {
    throw new OutOfTimeError(
      `${shown} has to wait ${waitMs} ms before it is tried again, which does not fit into the time left: ${error.message}.`,
      { cause: error, retryAfterMs: waitMs },
    );
  }
  deps.log.warn('a call of Zendesk failed and is tried again', {
    call: shown,
    reason: error.message,
    waitMs,
  });
  await deps.sleep(waitMs, signal);
}

function usedUp(error: Failed['error'], shown: string, times: number): Failed['error'] {
  const message = `Zendesk failed ${times} times in a row at ${shown}, the last time because ${error.message}.`;
  const Class = error instanceof ZendeskMalformedError ? ZendeskMalformedError : ZendeskUnavailableError;
  return new Class(message, { cause: error });
}
