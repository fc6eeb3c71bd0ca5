import type { AnswerOptions } from '#adapters/http/answer.ts';
import { connectionFault } from '#adapters/http/connection-fault.ts';
import {
  MalformedAnswerError,
  MarketplaceAuthError,
  MarketplaceRefusedError,
  MarketplaceUnavailableError,
  OutOfTimeError,
} from '#core/errors.ts';
import { redirected } from './redirect.ts';

/** What is wrong with a body. */
export const BODY_FAULTS: Omit<AnswerOptions, 'maxBytes'> = {
  malformed: (reason) => new MalformedAnswerError(reason),
  cutOff: (reason) => new MarketplaceUnavailableError(reason),
};

/** What the failures of a call are told as. None quotes an address, a header or a payload. */

/** 401, also with the token read anew. */
export function tokenRejected(shown: string): MarketplaceAuthError {
  return new MarketplaceAuthError(
    `The marketplace refused the token for ${shown} (401), also after it was read anew. Put a valid token into the secret.`,
  );
}

/** Any other answer that no retry mends. */
export function permanentFailure(
  shown: string,
  status: number,
): MarketplaceAuthError | MarketplaceRefusedError {
  if (status === 403) {
    return new MarketplaceAuthError(
      `The marketplace does not allow this token ${shown} (403). Ask for a token that may do it and put it into the secret.`,
    );
  }
  // 0 is what a fetch that keeps to the browsers' rules shows of a redirect.
  if (status < 400) return new MarketplaceRefusedError(redirected(shown, status), status);
  return new MarketplaceRefusedError(`The marketplace refused ${shown} with status ${status}.`, status);
}

/** The invocation's time is up. */
export function outOfTime(shown: string): OutOfTimeError {
  return new OutOfTimeError(`There is no time left to finish ${shown}; the rest is done next time.`);
}

/** No whole answer within the time-out. */
export function timedOut(timeoutMs: number): MarketplaceUnavailableError {
  return new MarketplaceUnavailableError(`it had not answered in full after ${timeoutMs} ms`);
}

/** A connection that failed, told by no more than its code. */
export function connectionFailed(error: unknown): MarketplaceUnavailableError {
  return new MarketplaceUnavailableError(connectionFault(error));
}
