import { AtomSyncError, describeFailure, LeaseLostError } from '#core/errors.ts';
import { RUN_RETENTION_MS } from '#core/runs/end-run.ts';
import { type Run, RunTrigger, requestedRun } from '#core/runs/run.ts';
import { newRunId } from '#core/runs/run-id.ts';
import { JOB_OF_TASK } from '#core/tickets/ticket-event.ts';
import { TicketTask } from '#core/tickets/ticket-task.ts';
import { ApiError, unavailable } from '#functions/admin-api/http/errors.ts';
import type { Services, TicketServices, TicketTaskParameters } from '#functions/admin-api/ports.ts';
import { requireBudget } from './budget.ts';
import { requireIdle, takeTurn, waitForAutomatic } from './one-at-a-time.ts';
import { requireEnabled } from './require-tickets.ts';

/**
 * Starts a task of the ticket worker in an invocation of its own. Its run is recorded before, so that whoever asks
 * right after the answer sees it. Of starts at the same time exactly one begins.
 *
 * @returns the id of its run
 * @throws ApiError `tickets_disabled`, `run_in_progress` (409), `budget_exhausted` (402), `run_not_started` (502, or
 *   503 where asking again can help)
 */
export async function startTask(
  services: Services,
  task: TicketTask,
  parameters: TicketTaskParameters,
): Promise<string> {
  const tickets = requireEnabled(services);
  await waitForAutomatic(services);
  if (PAID_TASKS.has(task)) await requireBudget(services, tickets);
  const run = await takeTurn(services, async () => {
    await requireIdle(services);
    return recordRequest(services, task);
  });
  const start = tickets[STARTER[task]];
  const { runId: run_id, trigger } = run;
  await start({ trigger, run_id, task, ...parameters }).catch((error: unknown) =>
    giveUp(services, run, error),
  );
  return run_id;
}

/** Tasks that are for nothing where Claude cannot be paid. */
const PAID_TASKS: ReadonlySet<TicketTask> = new Set([TicketTask.analyze, TicketTask.pipeline]);

/** The function that a task begins in. */
const STARTER = {
  sync: 'startSync',
  pipeline: 'startSync',
  analyze: 'startAnalysis',
  consolidate: 'startIssues',
  retention: 'startIssues',
} as const satisfies Readonly<Record<TicketTask, keyof TicketServices>>;

/** Leaves the record that the invocation goes on with. */
async function recordRequest({ jobs, runs, now, random }: Services, task: TicketTask): Promise<Run> {
  const job = JOB_OF_TASK[task];
  const { override } = await jobs.state(job);
  const nowMs = now();
  const asked = { runId: newRunId(nowMs, random), job, trigger: RunTrigger.manual, unit: 'tickets' };
  const run = requestedRun(asked, nowMs, override?.stops);
  await runs.put(run, nowMs + RUN_RETENTION_MS);
  return run;
}

/** Ends the record of a run that could not be started. One that has begun after all, as its record tells, goes on. */
async function giveUp({ runs, now, log }: Services, run: Run, cause: unknown): Promise<void> {
  const endedAt = now();
  const error = { ...describeFailure(cause), message: 'It could not be started.' };
  const failed: Run = { ...run, status: 'failed', endedAt, error };
  try {
    await runs.put(failed, run.startedAt + RUN_RETENTION_MS);
  } catch (fault) {
    if (fault instanceof LeaseLostError) return;
    log.warn('a run that did not start could not be recorded', { run_id: run.runId, error: fault });
  }
  throw notStarted(run.runId, cause);
}

function notStarted(run_id: string, cause: unknown): ApiError {
  const options = { cause, facts: { run_id } };
  const message = 'The run could not be started.';
  if (cause instanceof AtomSyncError && cause.retryable) {
    return unavailable('run_not_started', `${message} Try again in a few seconds.`, options);
  }
  const advice = 'Look at the deployment: the function may be missing.';
  return new ApiError(502, 'run_not_started', `${message} ${advice}`, options);
}
