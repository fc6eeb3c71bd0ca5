import { AtomSyncError } from '#core/errors.ts';

/** EventBridge Scheduler could not be had or refused the call. Retryable unless it would refuse it again. */
export class SchedulesUnavailableError extends AtomSyncError {
  override readonly name = 'SchedulesUnavailableError';
  readonly code = 'schedules_unavailable';
  readonly retryable: boolean;
  constructor(message: string, retryable: boolean, options?: ErrorOptions) {
    super(message, options);
    this.retryable = retryable;
  }
}

/** An interval was asked for a job that runs at fixed times. */
export class NoIntervalError extends AtomSyncError {
  override readonly name = 'NoIntervalError';
  readonly code = 'no_interval';
  readonly retryable = false;
}
