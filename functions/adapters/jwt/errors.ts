import { AtomSyncError } from '#core/errors.ts';

/** A token that is not valid for this API, whatever the reason. `cause` has it. */
export class InvalidTokenError extends AtomSyncError {
  override readonly name = 'InvalidTokenError';
  readonly code = 'invalid_token';
  readonly retryable = false;
}

/** A token that was valid once. */
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
