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
  list(): Promise<readonly JobSchedule[]>;
  /** @returns the schedule after the change; undefined when there is no such job. */
  change(
    job: string,
    change: { readonly enabled?: boolean; readonly minutes?: number },
  ): Promise<JobSchedule | undefined>;
};
