import { AtomSyncError } from '#core/errors.ts';

/** What went wrong between us and Claude. No message holds a prompt, a ticket or a key. */
export abstract class ClaudeError extends AtomSyncError {}

/** 401, 402 or 403: only an operator can mend it. */
export class ClaudeAuthError extends ClaudeError {
  override readonly name = 'ClaudeAuthError';
  readonly code = 'claude_auth';
  readonly retryable = false;
}

/** There is no such model, it is retired, or it cannot do what the analyses need. */
export class ClaudeModelError extends ClaudeError {
  override readonly name = 'ClaudeModelError';
  readonly code = 'claude_model_unavailable';
  readonly retryable = false;
}

/** The spend limit that is set at Anthropic is reached. What waits goes on waiting. */
export class ClaudeSpendLimitError extends ClaudeError {
  override readonly name = 'ClaudeSpendLimitError';
  readonly code = 'budget_exhausted';
  readonly retryable = false;
}

/** 429. `retryAfterMs`: what Claude asked for; undefined where it said nothing, as of the month's cap of a tier. */
export class ClaudeRateLimitedError extends ClaudeError {
  override readonly name = 'ClaudeRateLimitedError';
  readonly code = 'claude_rate_limited';
  readonly retryable = true;
  readonly retryAfterMs: number | undefined;
  constructor(message: string, retryAfterMs: number | undefined, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Overloaded, a fault of Claude's own, no connection, no answer in time, or one that makes no sense. */
export class ClaudeUnavailableError extends ClaudeError {
  override readonly name = 'ClaudeUnavailableError';
  readonly code = 'claude_unavailable';
  readonly retryable = true;
  /** The request may have been carried out, and be paid, although no answer came. */
  readonly mayBePaid: boolean;
  readonly retryAfterMs: number | undefined;
  constructor(
    message: string,
    options: ErrorOptions & { readonly mayBePaid: boolean; readonly retryAfterMs?: number | undefined },
  ) {
    super(message, options);
    this.mayBePaid = options.mayBePaid;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Claude refuses this one request for good (400, 413, 422): another one may be fine. */
export class ClaudeRefusedRequestError extends ClaudeError {
  override readonly name = 'ClaudeRefusedRequestError';
  readonly code = 'claude_refused_request';
  readonly retryable = false;
  readonly status: number;
  constructor(message: string, status: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
  /** The request is larger than Claude takes. */
  get isTooLarge(): boolean {
    return this.status === 413;
  }
}
