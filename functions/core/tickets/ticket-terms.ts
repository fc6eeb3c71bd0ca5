import type { RunLimits } from '#core/runs/end-run.ts';
import type { RunRequest } from '#core/runs/job-run.ts';
import { RunTrigger } from '#core/runs/run.ts';
import { TICKET_WORKER, type TicketParameters } from './ticket-event.ts';
import { TicketTask } from './ticket-task.ts';

const HOUR_MS = 3_600_000;
/** How late the run of 02:00 may begin: a machine that slept until then does it, one that slept longer waits for the next. */
const GRACE_MS = HOUR_MS;

/** How long a run of the tickets goes on: a batch at Claude takes up to a day. */
export const TICKET_RUN_LIMITS: RunLimits = { maxMs: 26 * HOUR_MS, maxInvocations: 500 };

/** How a run was asked for. `scheduledAt`: milliseconds since 1970. */
type Asked = { readonly trigger: RunTrigger; readonly scheduledAt?: number };

/**
 * What holds for a run of the tickets besides what holds for every run: all tasks take turns, and the whole pipeline by
 * the schedule waits for its turn rather than be left out, but does not begin later than an hour after its time.
 */
export function ticketTerms(
  { task }: Pick<TicketParameters, 'task'>,
  { trigger, scheduledAt }: Asked,
): Partial<RunRequest> {
  const base = { worker: TICKET_WORKER, disabledReason: 'TICKETS_ENABLED is false.' };
  if (task !== TicketTask.pipeline || trigger === RunTrigger.manual) return base;
  return {
    ...base,
    patienceMs: GRACE_MS,
    ...(scheduledAt !== undefined && { startBy: scheduledAt + GRACE_MS }),
  };
}
