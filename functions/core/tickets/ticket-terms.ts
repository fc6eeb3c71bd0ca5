import type { RunLimits } from '#core/runs/end-run.ts';
import type { RunRequest } from '#core/runs/job-run.ts';
import { RunTrigger } from '#core/runs/run.ts';
import { TICKET_WORKER, type TicketParameters } from './ticket-event.ts';
import { TicketTask } from './ticket-task.ts';

const HOUR_MS = 3_600_000;
/** How late a run of the night may begin: a machine that slept until then does it, one that slept longer waits for the next. */
const GRACE_MS = HOUR_MS;

/** How long a run of the tickets goes on: a batch at Claude takes up to a day. */
export const TICKET_RUN_LIMITS: RunLimits = { maxMs: 26 * HOUR_MS, maxInvocations: 500 };

/** Where most invocations go on with a run, and nobody else would: such a one waits for its turn so long. */
export const RESUMED_TERMS: Partial<RunRequest> = { patienceMs: 5 * 60_000 };

/** What has an hour of its own: it waits for its turn rather than be left out until the next day, or week. */
const PATIENT_TASKS: ReadonlySet<TicketTask> = new Set([
  TicketTask.pipeline,
  TicketTask.consolidate,
  TicketTask.retention,
]);

/** How a run was asked for. `scheduledAt`: milliseconds since 1970. */
type Asked = { readonly trigger: RunTrigger; readonly scheduledAt?: number };

/**
 * What holds for a run of the tickets besides what holds for every run: all tasks take turns, and what has an
 * hour of its own in the schedule waits for its turn, but does not begin later than an hour after its time.
 */
export function ticketTerms(
  { task }: Pick<TicketParameters, 'task'>,
  { trigger, scheduledAt }: Asked,
): Partial<RunRequest> {
  const base = { worker: TICKET_WORKER, disabledReason: 'TICKETS_ENABLED is false.' };
  if (!PATIENT_TASKS.has(task) || trigger === RunTrigger.manual) return base;
  return {
    ...base,
    patienceMs: GRACE_MS,
    ...(scheduledAt !== undefined && { startBy: scheduledAt + GRACE_MS }),
  };
}
