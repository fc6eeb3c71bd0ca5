import * as z from 'zod';
import { TICKET_JOBS } from '#core/tickets/ticket-event.ts';
import { TicketTask } from '#core/tickets/ticket-task.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type ResponseSchema, type Route } from '#functions/admin-api/http/route.ts';
import type { Services, TicketTaskParameters } from '#functions/admin-api/ports.ts';
import { presentSchedule, wireSchedule } from '#functions/admin-api/present/present-schedule.ts';
import { presentWorker, wireWorker } from '#functions/admin-api/present/present-worker.ts';
import {
  count,
  emptyBody,
  failure,
  nullableTime,
  runId,
  success,
  usd,
} from '#functions/admin-api/present/wire-schemas.ts';
import { readWorker } from '#functions/admin-api/tickets/read-worker.ts';
import { requireEnabled, whyDisabled } from '#functions/admin-api/tickets/require-tickets.ts';

const getSchedules = defineRoute({
  method: 'GET',
  path: '/api/tasks/scheduler/status',
  level: Level.supervised,
  operationId: 'getTaskSchedules',
  summary: 'The schedules of the ticket pipeline, and when each fires next.',
  tag: 'tasks',
  responses: {
    200: {
      description: 'A bare list; an empty one where no Zendesk is configured.',
      schema: z.array(wireSchedule),
    },
  },
  async handle(_input, { schedules, jobs, settings, now }) {
    if (!settings.jobs.some(isTicketJob)) return { status: 200, body: [] };
    const all = (await schedules.list()).filter(({ job }) => isTicketJob(job));
    const shown = all.map(async (schedule) => {
      const { override } = await jobs.state(schedule.job);
      return presentSchedule(schedule, override, now());
    });
    return { status: 200, body: await Promise.all(shown) };
  },
});

const getWorker = defineRoute({
  method: 'GET',
  path: '/api/tasks/worker/status',
  level: Level.supervised,
  operationId: 'getTaskWorker',
  summary: 'What the ticket worker does, how far it is, and what it did last.',
  description: 'Made of the records of runs, so that it outlives every process.',
  tag: 'tasks',
  responses: { 200: { description: 'The worker now.', schema: wireWorker } },
  async handle(_input, services) {
    return { status: 200, body: presentWorker(await readWorker(services), whyDisabled(services)) };
  },
});

const backfillDays = z
  .int('must be a whole number from 1 to 730')
  .min(1)
  .max(730)
  .optional()
  .meta({ description: 'Tickets that changed since so many days come in anew.' });

const started = (task: TicketTask, message: string) =>
  z.object({
    success,
    message: z.string().meta({ examples: [message] }),
    task: z.literal(task),
    status: z.literal('started'),
    run_id: runId,
  });

const FAILURES = {
  402: {
    description: '`budget_exhausted`: not one ticket can be analysed any more.',
    schema: failure.extend({
      resets_at: nullableTime.meta({ description: 'Null where a budget is too small by its setting.' }),
    }),
  },
  409: {
    description: '`run_in_progress` with its `run_id`, or `tickets_disabled` with what to set.',
    schema: failure.extend({ run_id: runId.optional() }),
  },
  502: {
    description: '`run_not_started`: the function may be missing.',
    schema: failure.extend({ run_id: runId }),
  },
  503: { description: '`run_not_started`: try again.', schema: failure },
} as const satisfies Readonly<Record<number, ResponseSchema>>;

const MESSAGES = {
  sync: 'Zendesk sync started.',
  analyze: 'Ticket analysis started.',
  pipeline: 'Ticket pipeline started.',
  consolidate: 'Consolidation of issues started.',
  retention: 'Ticket retention started.',
} as const satisfies Readonly<Record<TicketTask, string>>;

const startedResponse = (task: TicketTask) => ({
  description: 'It begins; GET /api/tasks/worker/status tells how far it is.',
  schema: started(task, MESSAGES[task]),
});

const WAITING =
  'One run at a time. Where one is under way that began by itself, its end is waited for, up to 10 seconds.';

const startSync = defineRoute({
  method: 'POST',
  path: '/api/tasks/sync',
  level: Level.autonomous,
  operationId: 'startTicketSync',
  summary: 'Has tickets come in from Zendesk.',
  description: WAITING,
  tag: 'tasks',
  manualTrigger: true,
  body: z
    .strictObject({ backfill_days: backfillDays })
    .optional()
    .meta({ description: 'Nothing, or how far back to begin.', examples: [{}] }),
  responses: {
    200: startedResponse(TicketTask.sync),
    409: FAILURES[409],
    502: FAILURES[502],
    503: FAILURES[503],
  },
  handle: ({ body }, services) => start(services, TicketTask.sync, { ...body }),
});

const startAnalysis = defineRoute({
  method: 'POST',
  path: '/api/tasks/analyze',
  level: Level.autonomous,
  operationId: 'startTicketAnalysis',
  summary: 'Has the tickets analysed that wait for it.',
  description: WAITING,
  tag: 'tasks',
  manualTrigger: true,
  body: z
    .strictObject({
      batch_size: z
        .int('must be a whole number from 1 to 10000')
        .min(1)
        .max(10_000)
        .optional()
        .meta({ description: 'At most so many. Default: TICKET_ANALYZE_BATCH_SIZE.' }),
    })
    .optional()
    .meta({ description: 'Nothing, or how many.', examples: [{}] }),
  responses: { 200: startedResponse(TicketTask.analyze), ...FAILURES },
  handle: ({ body }, services) => start(services, TicketTask.analyze, { ...body }),
});

const startConsolidation = defineRoute({
  method: 'POST',
  path: '/api/tasks/consolidate',
  level: Level.autonomous,
  operationId: 'startConsolidation',
  summary: 'Has the tickets grouped anew, beginning with the issues that there are, as on Sundays.',
  description: `${WAITING} Ids stay, but for merges and splits, which are told of as events.`,
  tag: 'tasks',
  manualTrigger: true,
  body: emptyBody,
  responses: {
    200: startedResponse(TicketTask.consolidate),
    409: FAILURES[409],
    502: FAILURES[502],
    503: FAILURES[503],
  },
  handle: (_input, services) => start(services, TicketTask.consolidate, {}),
});

const startRetention = defineRoute({
  method: 'POST',
  path: '/api/tasks/retention',
  level: Level.autonomous,
  operationId: 'startRetention',
  summary: 'Has texts removed that are older than they are kept, as each day; numbers stay.',
  description: WAITING,
  tag: 'tasks',
  manualTrigger: true,
  body: emptyBody,
  responses: {
    200: startedResponse(TicketTask.retention),
    409: FAILURES[409],
    502: FAILURES[502],
    503: FAILURES[503],
  },
  handle: (_input, services) => start(services, TicketTask.retention, {}),
});

const estimate = z.object({
  success,
  estimate: z.object({
    tickets: count.meta({ description: 'That wait for their analysis now.', examples: [1200] }),
    input_tokens: count.meta({ examples: [2_400_000] }),
    output_tokens: count.meta({ examples: [420_000] }),
    cost_usd: usd,
    minutes: count.meta({ description: 'A batch counts as an hour; Claude may take a day.', examples: [60] }),
  }),
});

const startPipeline = defineRoute({
  method: 'POST',
  path: '/api/tasks/pipeline',
  level: Level.autonomous,
  operationId: 'startTicketPipeline',
  summary: 'Has tickets come in and analysed, as at 02:00; or tells what that would cost.',
  description: `${WAITING} With \`dry_run\` nothing starts, and nobody outside is asked.`,
  tag: 'tasks',
  manualTrigger: true,
  body: z
    .strictObject({
      dry_run: z.boolean().optional().meta({ description: 'True: only an estimate.' }),
      backfill_days: backfillDays,
    })
    .optional()
    .meta({ description: 'Nothing, or what to do otherwise.', examples: [{}] }),
  responses: {
    200: {
      ...startedResponse(TicketTask.pipeline),
      schema: z.union([started(TicketTask.pipeline, MESSAGES.pipeline), estimate]),
    },
    ...FAILURES,
  },
  async handle({ body }, services) {
    const { dry_run, ...parameters } = body ?? {};
    if (!dry_run) return start(services, TicketTask.pipeline, parameters);
    const tickets = requireEnabled(services);
    const { estimateRun } = await import('#functions/admin-api/tickets/estimate-run.ts');
    return { status: 200, body: { success: true, estimate: await estimateRun(tickets) } };
  },
});

export const taskRoutes: readonly Route[] = [
  getSchedules,
  getWorker,
  startSync,
  startAnalysis,
  startPipeline,
  startConsolidation,
  startRetention,
];

async function start(services: Services, task: TicketTask, parameters: TicketTaskParameters) {
  const { startTask } = await import('#functions/admin-api/tickets/start-task.ts');
  const run_id = await startTask(services, task, parameters);
  return {
    status: 200,
    body: { success: true, message: MESSAGES[task], task, status: 'started', run_id },
  };
}

function isTicketJob(job: string): boolean {
  return TICKET_JOBS.includes(job);
}
