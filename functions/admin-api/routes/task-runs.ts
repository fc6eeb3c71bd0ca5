import * as z from 'zod';
import type { JobState } from '#core/runs/job-store.ts';
import { type Run, RunOutcome } from '#core/runs/run.ts';
import { JOB_OF_TASK, TICKET_JOBS, TICKET_WORKER } from '#core/tickets/ticket-event.ts';
import { TicketTask } from '#core/tickets/ticket-task.ts';
import { answerPage } from '#functions/admin-api/http/answer-page.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import {
  presentTaskRun,
  wireTaskRun,
  wireTaskStatus,
} from '#functions/admin-api/present/present-task-run.ts';
import { failure, nextCursor, pageQuery, runId, success } from '#functions/admin-api/present/wire-schemas.ts';
import { cancelRun } from '#functions/admin-api/tickets/cancel-run.ts';
import { readCursorAge } from '#functions/admin-api/tickets/cursor-age.ts';
import { activityOf } from '#functions/admin-api/tickets/run-activity.ts';
import { findTaskRun, taskOf } from '#functions/admin-api/tickets/task-run.ts';

const runParameter = z.strictObject({ run_id: runId.meta({ pattern: '^[0-9A-HJKMNP-TV-Z]{26}$' }) });

const runNotFound = {
  description: '`run_not_found`: no such run of the ticket worker, or its record is too old.',
  schema: failure,
};

const listTaskRuns = defineRoute({
  method: 'GET',
  path: '/api/tasks/runs',
  level: Level.supervised,
  operationId: 'listTaskRuns',
  summary: 'The runs of the ticket worker, newest first; skipped ones too, with their reason.',
  tag: 'tasks',
  query: z.strictObject({
    task: z.enum(TicketTask).optional().meta({ description: 'Only runs of this task.' }),
    status: z.enum(RunOutcome).optional().meta({ description: 'Only runs of this status.' }),
    ...pageQuery,
  }),
  responses: {
    200: {
      description: 'A page of runs.',
      schema: z.object({ success, runs: z.array(wireTaskRun), next_cursor: nextCursor }),
    },
  },
  async handle({ query: { limit, cursor, task, status } }, services) {
    const { runs, now } = services;
    const filter = {
      job: task === undefined ? TICKET_JOBS : [JOB_OF_TASK[task]],
      ...(status !== undefined && { outcome: status }),
    };
    const present = await presenterOf(services);
    return answerPage('runs', (size) => runs.list(filter, size, cursor, now()), { limit, present });
  },
});

const getTaskRun = defineRoute({
  method: 'GET',
  path: '/api/tasks/runs/{run_id}',
  level: Level.supervised,
  operationId: 'getTaskRun',
  summary: 'One run of the ticket worker: its stage, counts, cost and errors.',
  tag: 'tasks',
  params: runParameter,
  responses: {
    200: { description: 'The run.', schema: z.object({ success, run: wireTaskRun }) },
    404: runNotFound,
  },
  async handle({ params: { run_id } }, services) {
    const { run } = await findTaskRun(services, run_id);
    const present = await presenterOf(services);
    return { status: 200, body: { success: true, run: present(run) } };
  },
});

const cancelTaskRun = defineRoute({
  method: 'POST',
  path: '/api/tasks/runs/{run_id}/cancel',
  level: Level.autonomous,
  operationId: 'cancelTaskRun',
  summary: 'Has a run of the ticket worker end where it is; what it did is kept.',
  description:
    'It ends within 15 seconds, as `cancelled`. A batch that is open at Claude is cancelled there as well; what it had ' +
    'analysed by then is paid, and kept.',
  tag: 'tasks',
  params: runParameter,
  responses: {
    202: {
      description: 'It will end.',
      schema: z.object({ success, run_id: runId, status: z.literal('cancelling') }),
    },
    404: runNotFound,
    409: {
      description: '`run_ended`: there is nothing to cancel any more.',
      schema: failure.extend({
        run_id: runId,
        status: wireTaskStatus,
        continued_by: runId.optional().meta({ description: 'The run that took up its work.' }),
      }),
    },
    503: {
      description: '`run_not_woken`: it is cancelled, but has not ended. Try again.',
      schema: failure.extend({ run_id: runId.optional() }),
    },
  },
  async handle({ params: { run_id } }, services) {
    await cancelRun(services, run_id);
    return { status: 202, body: { success: true, run_id, status: 'cancelling' } };
  },
});

export const taskRunRoutes: readonly Route[] = [listTaskRuns, getTaskRun, cancelTaskRun];

/** Presents runs by what is known now: which one is at work, and how old the copy is. */
async function presenterOf(services: Services) {
  const [worker, cursorAgeS]: [JobState, number | undefined] = await Promise.all([
    services.jobs.state(TICKET_WORKER),
    readCursorAge(services),
  ]);
  const nowMs = services.now();
  return (run: Run) =>
    // Only runs of the ticket jobs come here; each has its task.
    presentTaskRun({
      run,
      task: taskOf(run) ?? TicketTask.sync,
      activity: activityOf(run, worker, nowMs),
      cursorAgeS,
    });
}
