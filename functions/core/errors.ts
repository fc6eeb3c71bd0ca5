/** What a failure looks like to whoever has to act on it: recorded on runs, shown by the API. */
export type Failure = {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
};

/**
 * Base of every error that this project throws on purpose. Callers branch on the class or on `code`, never on
 * the message. A message says what is wrong and what to do, and never holds a token or a payload.
 */
export abstract class AtomSyncError extends Error {
  abstract override readonly name: string;
  abstract readonly code: string;
  abstract readonly retryable: boolean;
}

/**
 * The marketplace could not be had: refused connection, time-out, 5xx, an answer that is cut off. Retryable.
 * `retryAfterMs` is what it asked for, by `Retry-After`; undefined where it did not say.
 */
export class MarketplaceUnavailableError extends AtomSyncError {
  override readonly name = 'MarketplaceUnavailableError';
  readonly code = 'marketplace_unavailable';
  readonly retryable = true;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  constructor(message: string, options: ErrorOptions & { status?: number; retryAfterMs?: number } = {}) {
    super(message, options);
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The marketplace answered something that is not what the wire says: no JSON, or JSON of the wrong shape. Retryable. */
export class MalformedAnswerError extends AtomSyncError {
  override readonly name = 'MalformedAnswerError';
  readonly code = 'malformed_answer';
  readonly retryable = true;
}

/** 429. `retryAfterMs` is what the marketplace asked for; undefined where it did not say. */
export class RateLimitedError extends AtomSyncError {
  override readonly name = 'RateLimitedError';
  readonly code = 'rate_limited';
  readonly retryable = true;
  readonly retryAfterMs: number | undefined;
  constructor(message: string, retryAfterMs: number | undefined, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** 401 or 403 although the token was fetched anew: only an operator can mend it. */
export class MarketplaceAuthError extends AtomSyncError {
  override readonly name = 'MarketplaceAuthError';
  readonly code = 'marketplace_auth';
  readonly retryable = false;
}

/** The secret holds no token: mostly that of a new stack, where nobody has put one in yet. */
export class TokenUnavailableError extends AtomSyncError {
  override readonly name = 'TokenUnavailableError';
  readonly code = 'token_unavailable';
  readonly retryable = false;
}

/** A secret can't be read, which may pass: then `cause` says why. Or it holds nothing that can be used. */
export class SecretUnavailableError extends AtomSyncError {
  override readonly name = 'SecretUnavailableError';
  readonly code = 'secret_unavailable';
  readonly retryable: boolean;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.retryable = options?.cause !== undefined;
  }
}

/** The marketplace refused a call for good (400, 404, 409, a redirect…). `status` tells which. */
export class MarketplaceRefusedError extends AtomSyncError {
  override readonly name = 'MarketplaceRefusedError';
  readonly code = 'marketplace_refused';
  readonly retryable = false;
  readonly status: number;
  constructor(message: string, status: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/**
 * Work of ours that would outlive this invocation: it stops early, keeps its cursor and goes on in another one.
 * `retryAfterMs` says how long it has to wait at least, where that is known. What the marketplace itself asked to
 * wait is told by {@link RateLimitedError} and {@link MarketplaceUnavailableError}: those end a run.
 */
export class OutOfTimeError extends AtomSyncError {
  override readonly name = 'OutOfTimeError';
  readonly code = 'out_of_time';
  readonly retryable = true;
  readonly retryAfterMs: number | undefined;
  constructor(message: string, options: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** A run that would have to go on in another invocation, but got nowhere in this one. */
export class NoProgressError extends AtomSyncError {
  override readonly name = 'NoProgressError';
  readonly code = 'no_progress';
  readonly retryable = true;
}

/** A run that has gone on over so many invocations that no end is to be expected. */
export class RunTooLongError extends AtomSyncError {
  override readonly name = 'RunTooLongError';
  readonly code = 'run_too_long';
  readonly retryable = true;
}

/** An admin stopped the job, or the marketplace was switched off, while a run was under way. */
export class StoppedError extends AtomSyncError {
  override readonly name = 'StoppedError';
  readonly code = 'stopped';
  readonly retryable = false;
}

/** An operator cancelled the run while it was under way. */
export class CancelledError extends AtomSyncError {
  override readonly name = 'CancelledError';
  readonly code = 'cancelled';
  readonly retryable = false;
}

/** Two passes through the listing never reached its `total`: what was seen was written, nothing was removed. */
export class ListingIncompleteError extends AtomSyncError {
  override readonly name = 'ListingIncompleteError';
  readonly code = 'listing_incomplete';
  readonly retryable = true;
}

/** A complete listing lacks more of the cache than one run may remove. Nothing was removed. */
export class MassRemovalRefusedError extends AtomSyncError {
  override readonly name = 'MassRemovalRefusedError';
  readonly code = 'mass_removal_refused';
  readonly retryable = false;
}

/** Not one record of the listing was usable, so it proves nothing. */
export class EveryRecordRefusedError extends AtomSyncError {
  override readonly name = 'EveryRecordRefusedError';
  readonly code = 'every_record_refused';
  readonly retryable = true;
}

/** Another invocation holds the lease now; this one must write nothing more. */
export class LeaseLostError extends AtomSyncError {
  override readonly name = 'LeaseLostError';
  readonly code = 'lease_lost';
  readonly retryable = true;
}

/** A skill or category that is too large: for DynamoDB (400 KB) even when compressed, or for an answer of the API. */
export class TooLargeError extends AtomSyncError {
  override readonly name = 'TooLargeError';
  readonly code = 'too_large';
  readonly retryable = false;
}

/** A local edit could not be stored because the entry kept changing meanwhile. */
export class EditConflictError extends AtomSyncError {
  override readonly name = 'EditConflictError';
  readonly code = 'edit_conflict';
  readonly retryable = true;
}

/** The table refused or could not be reached after the SDK's own retries. */
export class StorageError extends AtomSyncError {
  override readonly name:
    | 'StorageError'
    | 'SkillContendedError'
    | 'TicketContendedError'
    | 'IssueContendedError' = 'StorageError';
  readonly code = 'storage_unavailable';
  readonly retryable = true;
}

/** A skill's entry kept changing while it was written: something else than bad luck. */
export class SkillContendedError extends StorageError {
  override readonly name = 'SkillContendedError';
}

/** A ticket's entry, or a month of the ledger, kept changing while it was written: something else than bad luck. */
export class TicketContendedError extends StorageError {
  override readonly name = 'TicketContendedError';
}

/** A cursor that the list in question did not give: cut off, made up, or of another list or filter. */
export class InvalidCursorError extends AtomSyncError {
  override readonly name = 'InvalidCursorError';
  readonly code = 'invalid_cursor';
  readonly retryable = false;
}

/** A rating could not be written because it kept changing meanwhile. */
export class RatingContendedError extends AtomSyncError {
  override readonly name = 'RatingContendedError';
  readonly code = 'rating_contended';
  readonly retryable = true;
}

/** The queue of uploads did not take or give its messages after the SDK's own retries. */
export class QueueError extends AtomSyncError {
  override readonly name = 'QueueError';
  readonly code = 'queue_unavailable';
  readonly retryable = true;
}

/** Lambda did not take an invocation. Retryable when it was throttled or can't be reached. */
export class InvocationError extends AtomSyncError {
  override readonly name = 'InvocationError';
  readonly code = 'invocation_failed';
  readonly retryable: boolean;
  constructor(message: string, retryable: boolean, options?: ErrorOptions) {
    super(message, options);
    this.retryable = retryable;
  }
}

/** A caller's token that is not valid for this API, whatever the reason. `cause` has it. */
export class InvalidTokenError extends AtomSyncError {
  override readonly name = 'InvalidTokenError';
  readonly code = 'invalid_token';
  readonly retryable = false;
}

/** A caller's token that was valid once. */
export class TokenExpiredError extends AtomSyncError {
  override readonly name = 'TokenExpiredError';
  readonly code = 'token_expired';
  readonly retryable = false;
}

/** The issuer's keys can't be had, so that no token can be told from a forged one. */
export class KeysUnavailableError extends AtomSyncError {
  override readonly name = 'KeysUnavailableError';
  readonly code = 'keys_unavailable';
  readonly retryable = true;
}

/** How long the marketplace asked to be left alone, where the error tells so. Milliseconds, more than 0. */
export function askedToWaitMs(error: unknown): number | undefined {
  const asks = error instanceof RateLimitedError || error instanceof MarketplaceUnavailableError;
  return asks ? error.retryAfterMs : undefined;
}

/** The name of whatever was thrown: all that is told of an error that may quote addresses, headers or secrets. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}

/** The code of an error of ours, for a log line; `unknown` for any other. */
export function errorCode(error: unknown): string {
  return error instanceof AtomSyncError ? error.code : 'unknown';
}

/** The failure as it is recorded and shown. An error that is not ours is told by its name only. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof AtomSyncError) {
    return { code: error.code, message: error.message, retryable: error.retryable };
  }
  const name = error instanceof Error ? error.name : 'unknown';
  return {
    code: 'internal_error',
    message: `An unexpected ${name} stopped the run; the function's log has it under this run's id.`,
    retryable: true,
  };
}
