import { isEnded, outcomeOf, type Run } from '#core/runs/run.ts';
import { TICKET_WORKER } from '#core/tickets/ticket-event.ts';
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
  await tickets?.startAnalysis({ trigger: run.trigger, run_id: runId, task }).catch((cause: unknown) => {
    const message = 'The run is cancelled, but could not be woken to end. Try again in a few seconds.';
    throw unavailable('run_not_woken', message, { cause, facts: { run_id: runId } });
  });
}

function ended(run: Run) {
  const { runId, continuedBy } = run;
  const message = continuedBy === undefined ? 'The run has ended.' : `Run ${continuedBy} took up its work.`;
  return conflict('run_ended', message, { run_id: runId, status: outcomeOf(run), continued_by: continuedBy });
}
