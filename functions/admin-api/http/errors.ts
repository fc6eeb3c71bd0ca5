import { AtomSyncError } from '#core/errors.ts';
import type { Caller, Level } from './governance.ts';

/** One fault of a request: where it is and what is wrong with it. */
export type FaultDetail = {
  readonly in: 'path' | 'query' | 'header' | 'body';
  readonly field: string;
  readonly message: string;
};

/** Seconds after which a caller may try again when something that we depend on is down. */
const RETRY_AFTER_SECONDS = '5';

type ApiErrorOptions = ErrorOptions & {
  readonly details?: readonly FaultDetail[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further fields of the body, beside `error` and `message`. */
  readonly facts?: Readonly<Record<string, unknown>>;
};

/** An answer other than success. Its message goes to the caller as it is. */
export class ApiError extends AtomSyncError {
  override readonly name = 'ApiError';
  readonly retryable = false;
  readonly status: number;
  readonly code: string;
  readonly details: readonly FaultDetail[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, message: string, options: ApiErrorOptions = {}) {
    super(message, options);
    this.status = status;
    this.code = code;
    this.details = options.details;
    this.headers = options.headers ?? {};
    this.facts = options.facts ?? {};
  }
}

/** 401. `error` is the code of RFC 6750, absent where no token was sent at all. */
export function unauthorized(message: string, error?: 'invalid_token'): ApiError {
  const challenge = error === undefined ? 'Bearer' : `Bearer error="${error}"`;
  return new ApiError(401, 'unauthorized', message, { headers: { 'www-authenticate': challenge } });
}

/** 403, naming the level that is needed and the one that the caller has. */
export function insufficientMaturity(needed: Level, caller: Caller): ApiError {
  const has = caller.level === undefined ? 'no governance level' : `the level ${caller.level}`;
  const message = `This needs the governance level ${needed} or a higher one; your token has ${has}.`;
  return new ApiError(403, 'insufficient_maturity', message, { facts: { required_level: needed } });
}

export function notFound(code: string, message: string): ApiError {
  return new ApiError(404, code, message);
}

export function methodNotAllowed(allowed: readonly string[]): ApiError {
  const allow = allowed.join(', ');
  const message = `This address does not know that method; it knows ${allow}.`;
  return new ApiError(405, 'method_not_allowed', message, { headers: { allow } });
}

/** 409: what was asked does not go with what is there now. */
export function conflict(code: string, message: string, facts?: Readonly<Record<string, unknown>>): ApiError {
  return new ApiError(409, code, message, { ...(facts && { facts }) });
}

/** 413 for a body, or for what it would make of a record. */
export function payloadTooLarge(message: string): ApiError {
  return new ApiError(413, 'payload_too_large', message);
}

/** 413 with what the answer would take: no retry helps, and a 500 of Lambda's would say nothing. */
export function answerTooLarge(bytes: number): ApiError {
  const message =
    `The answer takes ${bytes} bytes, more than can be answered (6 MB). Ask for less; a skill that is as large as ` +
    'this has to be made smaller in the marketplace.';
  return new ApiError(413, 'answer_too_large', message);
}

export function invalidJson(message: string): ApiError {
  return new ApiError(400, 'invalid_json', message);
}

export function validationFailed(details: readonly FaultDetail[]): ApiError {
  const fields = [...new Set(details.map((detail) => detail.field))].slice(0, 5).join(', ');
  const more = details.length > 5 ? ' and more' : '';
  return new ApiError(
    400,
    'validation_failed',
    `The request is not valid (${fields}${more}). See details for every fault.`,
    { details },
  );
}

/** 503 with the time after which a caller may try again: something that we depend on is down. */
export function unavailable(code: string, message: string, options: ApiErrorOptions = {}): ApiError {
  return new ApiError(503, code, message, { ...options, headers: { 'retry-after': RETRY_AFTER_SECONDS } });
}
