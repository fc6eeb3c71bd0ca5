import { AtomSyncError, StorageError } from '#core/errors.ts';

/** Another generation of the issues was published meanwhile: what was made of the one before is made anew. */
export class GenerationChangedError extends AtomSyncError {
  override readonly name = 'GenerationChangedError';
  readonly code = 'generation_changed';
  readonly retryable = true;
  readonly expected: number;

  constructor(expected: number, options?: ErrorOptions) {
    super(`The issues were changed meanwhile: generation ${expected} is no longer the newest.`, options);
    this.expected = expected;
  }
}

/** What is kept of an issue, or the list of decisions, kept changing while it was written: something else than bad luck. */
export class IssueContendedError extends StorageError {
  override readonly name = 'IssueContendedError';
}
