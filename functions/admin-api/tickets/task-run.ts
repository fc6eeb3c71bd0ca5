import type { Run } from '#core/runs/run.ts';
import { isRunId } from '#core/runs/run-id.ts';
import { JOB_OF_TASK } from '#core/tickets/ticket-event.ts';
import { TicketTask } from '#core/tickets/ticket-task.ts';
import { notFound } from '#functions/admin-api/http/errors.ts';
import type { Services } from '#functions/admin-api/ports.ts';

const TASK_OF_JOB: ReadonlyMap<string, TicketTask> = new Map(
  Object.values(TicketTask).map((task) => [JOB_OF_TASK[task], task]),
);

/** A run of the ticket worker with its task. */
export type TaskRun = { readonly run: Run; readonly task: TicketTask };

/** The task that a run is of; undefined for a run of another job. */
export function taskOf(run: Run): TicketTask | undefined {
  return TASK_OF_JOB.get(run.job);
}

/** @throws ApiError `run_not_found` (404), for runs of other jobs too */
export async function findTaskRun({ runs, now }: Services, runId: string): Promise<TaskRun> {
  const run = isRunId(runId) ? await runs.get(runId, now()) : undefined;
  const task = run && taskOf(run);
  if (run === undefined || task === undefined) {
    throw notFound('run_not_found', 'There is no record of such a run. GET /api/tasks/runs lists them.');
  }
  return { run, task };
}
