import * as z from 'zod';
import { JobId } from '#core/runs/run.ts';
import { TicketTask } from './ticket-task.ts';

/** The lease that all tasks of the tickets share: one of them runs at a time. */
export const TICKET_WORKER = 'tickets';

/** The job that a task's runs belong to. */
export const JOB_OF_TASK = {
  sync: JobId.ticketSync,
  analyze: JobId.ticketAnalysis,
  pipeline: JobId.dailySync,
  consolidate: JobId.ticketConsolidate,
  retention: JobId.ticketRetention,
} as const satisfies Record<TicketTask, JobId>;

/** The jobs of the tickets, with a schedule of their own or without. */
export const TICKET_JOBS: readonly string[] = Object.values(JOB_OF_TASK);

/** What a run of a task is asked to do, in the words of the event that starts it. It is handed on from invocation to invocation. */
export type TicketParameters = z.output<typeof parametersSchema>;

const parametersSchema = z.object({
  task: z.enum(TicketTask).default(TicketTask.sync),
  /** Tickets that changed since so many days come in anew. */
  backfill_days: z.int().min(1).max(730).optional(),
  /** At most so many tickets are analysed. */
  batch_size: z.int().min(1).max(10_000).optional(),
});

/** Reads the task and its parameters out of the event that invoked a function. */
export function readTicketParameters(event: unknown): TicketParameters {
  return parametersSchema.parse(event ?? {});
}
