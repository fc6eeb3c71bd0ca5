import { isEnded, outcomeOf, type Run } from '#core/runs/run.ts';
import { TICKET_WORKER } from '#core/tickets/ticket-event.ts';
import { TicketStage, TicketTask } from '#core/tickets/ticket-task.ts';
import { conflict, unavailable } from '#functions/admin-api/http/errors.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import { activityOf, RunActivity } from './run-activity.ts';
import { findTaskRun } from './task-run.ts';

/**
 * Has a run of the ticket worker end where it is. One that is at work learns of it by its next heartbeat; one that
 * waits is woken, to end in an invocation of its own.
 *
 * @throws ApiError `run_not_found` (404), `run_ended` (409), `run_not_woken` (503)
 */
export async function cancelRun(services: Services, runId: string): Promise<void> {
  const { run, task } = await findTaskRun(services, runId);
  if (isEnded(run) || run.continuedBy !== undefined) throw ended(run);
  const { jobs, now, tickets } = services;
  await jobs.cancel(TICKET_WORKER, runId);
  const activity = activityOf(run, await jobs.state(TICKET_WORKER), now());
  if (activity === RunActivity.live) return;
  const wake = isAtIssues(run, task) ? tickets?.startIssues : tickets?.startAnalysis;
  await wake?.({ trigger: run.trigger, run_id: runId, task }).catch((cause: unknown) => {
    const message = 'The run is cancelled, but could not be woken to end. Try again in a few seconds.';
    throw unavailable('run_not_woken', message, { cause, facts: { run_id: runId } });
  });
}

/** Whether a run is with the function that groups: by its task, or by how far it is. */
function isAtIssues({ stage }: Run, task: TicketTask): boolean {
  return ISSUE_TASKS.has(task) || ISSUE_STAGES.has(stage);
}

const ISSUE_TASKS: ReadonlySet<TicketTask> = new Set([TicketTask.consolidate, TicketTask.retention]);
const ISSUE_STAGES: ReadonlySet<string | undefined> = new Set([
  TicketStage.assign,
  TicketStage.trends,
  TicketStage.label,
  TicketStage.digest,
]);

function ended(run: Run) {
  const { runId, continuedBy } = run;
  const message = continuedBy === undefined ? 'The run has ended.' : `Run ${continuedBy} took up its work.`;
  return conflict('run_ended', message, { run_id: runId, status: outcomeOf(run), continued_by: continuedBy });
}
