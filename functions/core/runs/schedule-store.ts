import { AtomSyncError } from '#core/errors.ts';

/** A job's schedule as it is in force. */
export type JobSchedule = {
  readonly job: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly expression:
    | { readonly kind: 'rate'; readonly minutes: number }
    | { readonly kind: 'cron'; readonly cron: string };
  /** When the schedule was made or changed last (ms since 1970): what a rate counts from. */
  readonly since: number;
};

export type ScheduleStore = {
  /** @throws SchedulesUnavailableError */
  list(): Promise<readonly JobSchedule[]>;
  /**
   * @returns the schedule after the change; undefined when there is no such job
   * @throws NoIntervalError when minutes are given for a job that runs at fixed times
   * @throws SchedulesUnavailableError
   */
  change(
    job: string,
    change: { readonly enabled?: boolean; readonly minutes?: number },
  ): Promise<JobSchedule | undefined>;
};

/** The scheduler could not be had or refused the call. Retryable unless it would refuse it again. */
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
