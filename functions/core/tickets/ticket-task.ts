/** What can be asked of the ticket worker. */
export const TicketTask = {
  /** Tickets come in; begun by the schedule, it analyses the hour's few as well. */
  sync: 'sync',
  /** What waits is analysed. */
  analyze: 'analyze',
  /** All of it, as at 02:00. */
  pipeline: 'pipeline',
} as const;
export type TicketTask = (typeof TicketTask)[keyof typeof TicketTask];

/** How far a run of a task is. */
export const TicketStage = {
  sync: 'sync',
  analyse: 'analyse',
  /** A batch is open at Claude; nothing runs until it is asked after. */
  waitBatch: 'wait_batch',
} as const;
export type TicketStage = (typeof TicketStage)[keyof typeof TicketStage];
