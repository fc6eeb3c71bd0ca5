/** What can be asked of the ticket worker. */
export const TicketTask = {
  /** Tickets come in; begun by the schedule, it analyses the hour's few as well. */
  sync: 'sync',
  /** What waits is analysed. */
  analyze: 'analyze',
  /** All of it, as at 02:00. */
  pipeline: 'pipeline',
  /** The tickets are grouped anew, beginning with the issues that there are. */
  consolidate: 'consolidate',
  /** What is older than it is kept goes. */
  retention: 'retention',
} as const;
export type TicketTask = (typeof TicketTask)[keyof typeof TicketTask];

/** How far a run of a task is. */
export const TicketStage = {
  sync: 'sync',
  analyse: 'analyse',
  /** A batch is open at Claude; nothing runs until it is asked after. */
  waitBatch: 'wait_batch',
  /** Tickets are given to issues. */
  assign: 'assign',
  /** Closed hours are counted and tested for incidents. */
  trends: 'trends',
  /** Claude names issues. */
  label: 'label',
  digest: 'digest',
} as const;
export type TicketStage = (typeof TicketStage)[keyof typeof TicketStage];

/** The stages that `ticket-analysis` carries out. */
export const ANALYSIS_STAGES: ReadonlySet<string> = new Set([TicketStage.analyse, TicketStage.waitBatch]);

/** The stages that `ticket-issues` carries out. */
export const ISSUE_STAGES: ReadonlySet<string> = new Set([
  TicketStage.assign,
  TicketStage.trends,
  TicketStage.label,
  TicketStage.digest,
]);
