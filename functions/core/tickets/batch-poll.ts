import type { TicketTask } from './ticket-task.ts';

/** The schedule that asks after open batches. It exists only while a run waits for one. */
export const BATCH_POLL_NAME = 'ticket-batch-poll';

/** How often it does so. */
export const BATCH_POLL_MINUTES = 5;

/** What has a run that waits resumed: the event of the function's invocation. */
export type ResumeEvent = {
  readonly trigger: 'schedule';
  readonly task: TicketTask;
  readonly run_id: string;
};

/** Has a waiting run resumed every few minutes, until it is stopped. */
export type BatchPoll = {
  /** For this run from now on, whichever it was for before. @throws SchedulesUnavailableError */
  start(event: ResumeEvent): Promise<void>;
  /** Does nothing where there is none. @throws SchedulesUnavailableError */
  stop(): Promise<void>;
};
