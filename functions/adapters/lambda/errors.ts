import { AtomSyncError } from '#core/errors.ts';

/** Lambda did not take the invocation. Retryable when it was throttled or can't be reached. */
export class InvocationError extends AtomSyncError {
  override readonly name = 'InvocationError';
  readonly code = 'invocation_failed';
  readonly retryable: boolean;
  constructor(message: string, retryable: boolean, options?: ErrorOptions) {
    super(message, options);
    this.retryable = retryable;
  }
}
