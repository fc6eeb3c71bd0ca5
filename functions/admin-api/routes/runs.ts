import * as z from 'zod';
import { JobId, RunStatus } from '#core/runs/run.ts';
import { isRunId } from '#core/runs/run-id.ts';
import { answerPage } from '#functions/admin-api/http/answer-page.ts';
import { notFound } from '#functions/admin-api/http/errors.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import { presentRun, wireRun } from '#functions/admin-api/present/present-run.ts';
import { failure, nextCursor, pageQuery, runId, success } from '#functions/admin-api/present/wire-schemas.ts';

const listRuns = defineRoute({
  method: 'GET',
  path: '/api/admin/sync/runs',
  level: Level.supervised,
  operationId: 'listRuns',
  summary: 'The runs of all jobs, newest first; skipped ones too, with their reason.',
  tag: 'sync',
  query: z.strictObject({
    job: z.enum(JobId).optional().meta({ description: 'Only runs of this job.' }),
    status: z.enum(RunStatus).optional().meta({ description: 'Only runs of this status.' }),
    ...pageQuery,
  }),
  responses: {
    200: {
      description: 'A page of runs.',
      schema: z.object({ success, runs: z.array(wireRun), next_cursor: nextCursor }),
    },
  },
  handle: ({ query: { limit, cursor, ...filter } }, { runs, now }) =>
    answerPage('runs', (size) => runs.list(filter, size, cursor, now()), { limit, present: presentRun }),
});

const getRun = defineRoute({
  method: 'GET',
  path: '/api/admin/sync/runs/{run_id}',
  level: Level.supervised,
  operationId: 'getRun',
  summary: 'One run with its progress, counts and error.',
  tag: 'sync',
  params: z.strictObject({ run_id: runId.meta({ pattern: '^[0-9A-HJKMNP-TV-Z]{26}$' }) }),
  responses: {
    200: { description: 'The run.', schema: z.object({ success, run: wireRun }) },
    404: { description: '`run_not_found`: no such run, or its record is too old.', schema: failure },
  },
  async handle({ params: { run_id } }, { runs, now }) {
    const run = isRunId(run_id) ? await runs.get(run_id, now()) : undefined;
    if (run === undefined) {
      throw notFound(
        'run_not_found',
        'There is no record of such a run. One that was just asked for may yet appear.',
      );
    }
    return { status: 200, body: { success: true, run: presentRun(run) } };
  },
});

export const runRoutes: readonly Route[] = [listRuns, getRun];
