import { APIConnectionError, APIError } from '@anthropic-ai/sdk/error';
import { errorName } from '#core/errors.ts';
import { retryAfterMs } from '#core/marketplace/retry-after.ts';
import {
  ClaudeAuthError,
  ClaudeError,
  ClaudeModelError,
  ClaudeRateLimitedError,
  ClaudeRefusedRequestError,
  ClaudeSpendLimitError,
  ClaudeUnavailableError,
} from '#core/tickets/claude-errors.ts';

/** Claude says that the spend limit is reached by a 400 or a 429, told from others by these. */
const SPEND_LIMIT_CODES: ReadonlySet<string> = new Set([
  'enforced_spend_limit_reached',
  'contract_spend_limit_reached',
  'linked_organization_spend_limit_reached',
]);
const SPEND_LIMIT_MESSAGE = /usage limits?|spend(?:ing)? limit|credit balance/i;
/** Nothing was sent: there was no connection to send it over. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** Whoever stands between us and Claude gave up waiting: what was asked may be done all the same. */
const GAVE_UP: ReadonlySet<number> = new Set([408, 502, 504, 524]);

/**
 * What an error of the SDK means for the run. Its message names status, type and request id, nothing of what was sent
 * or answered: that may quote a ticket.
 *
 * @param nowMs our clock, in milliseconds since 1970, for a `retry-after` that is a date
 */
export function classifyError(error: unknown, nowMs: number): ClaudeError {
  if (error instanceof ClaudeError) return error;
  // The SDK wraps what the guard of the addresses throws.
  if (error instanceof APIConnectionError && error.cause instanceof ClaudeError) return error.cause;
  if (error instanceof APIError && error.status !== undefined) return ofStatus(error, nowMs);
  const code = causeCode(error);
  const name = error instanceof APIConnectionError ? (code ?? errorName(error.cause)) : errorName(error);
  const mayBePaid = code === undefined || !NEVER_SENT.has(code);
  return new ClaudeUnavailableError(`Claude could not be had: ${name}.`, { mayBePaid, cause: error });
}

function ofStatus(cause: APIError, nowMs: number): ClaudeError {
  const { status = 0 } = cause;
  const said = describe(cause);
  const retryAfter = cause.headers ? retryAfterMs(cause.headers, nowMs) : undefined;
  if (isSpendLimit(cause)) {
    const message = `The spend limit that is set at Anthropic is reached (${said}). The tickets wait until it is raised or begins anew.`;
    return new ClaudeSpendLimitError(message, { cause });
  }
  switch (status) {
    case 401:
    case 403: {
      const message = `Claude does not accept the API key (${said}). Put a valid one into the secret of Anthropic’s key.`;
      return new ClaudeAuthError(message, { cause });
    }
    case 402: {
      const message = `Claude wants its bill paid first (${said}). See to the billing of the account at Anthropic.`;
      return new ClaudeAuthError(message, { cause });
    }
    case 404: {
      const message = `Claude does not know what was asked for (${said}). Check CLAUDE_ANALYSIS_MODEL, CLAUDE_LABEL_MODEL and ANTHROPIC_BASE_URL.`;
      return new ClaudeModelError(message, { cause });
    }
    case 429:
      return new ClaudeRateLimitedError(`Claude’s rate limit is reached (${said}).`, retryAfter, { cause });
    default:
      return ofOtherStatus(cause, said, retryAfter);
  }
}

function ofOtherStatus(cause: APIError, said: string, retryAfter: number | undefined): ClaudeError {
  const { status = 0 } = cause;
  const passes = status >= 500 || status === 408 || status === 409;
  if (!passes)
    return new ClaudeRefusedRequestError(`Claude refused the request (${said}).`, status, { cause });
  return new ClaudeUnavailableError(`Claude could not answer (${said}).`, {
    mayBePaid: GAVE_UP.has(status),
    retryAfterMs: retryAfter,
    cause,
  });
}

function isSpendLimit({ status, errorCode, apiMessage }: APIError): boolean {
  if (errorCode !== null && SPEND_LIMIT_CODES.has(errorCode)) return true;
  return status === 400 && apiMessage !== null && SPEND_LIMIT_MESSAGE.test(apiMessage);
}

/** `429 rate_limit_error, request req_…`: each word only if it is one, since a proxy may answer anything. */
function describe({ status, type, errorCode, requestID }: APIError): string {
  const words = [String(status), type, errorCode].filter((word) => /^[\w.-]{1,60}$/.test(word ?? ''));
  const request = /^[\w-]{1,80}$/.test(requestID ?? '') ? `, request ${requestID}` : '';
  return `${words.join(' ')}${request}`;
}

/** The code of the system error underneath: undici hides it behind one or two others. */
function causeCode(error: unknown): string | undefined {
  let at = error;
  for (let depth = 0; depth < 5 && at instanceof Error; depth += 1) {
    const { code } = at as { readonly code?: unknown };
    if (typeof code === 'string') return code;
    at = at.cause;
  }
  return undefined;
}
