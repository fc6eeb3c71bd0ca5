import { AtomSyncError } from '#core/errors.ts';

/** The step can't be carried out on this version, now or later: the rotation is off, or the version is not its own. */
export class RotationRefusedError extends AtomSyncError {
  override readonly name = 'RotationRefusedError';
  readonly code = 'rotation_refused';
  readonly retryable = false;
}

/** The version that is to become current holds no token. Secrets Manager repeats the rotation from its first step. */
export class PendingTokenMissingError extends AtomSyncError {
  override readonly name = 'PendingTokenMissingError';
  readonly code = 'pending_token_missing';
  readonly retryable = true;
}

/** The marketplace does not accept the token that it issued. The one in use stays in use; the next rotation asks for another. */
export class NewTokenRefusedError extends AtomSyncError {
  override readonly name = 'NewTokenRefusedError';
  readonly code = 'new_token_refused';
  readonly retryable = false;
}
