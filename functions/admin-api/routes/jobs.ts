import * as z from 'zod';
import { unavailable } from '#functions/admin-api/http/errors.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import { changeJob, switchJobs } from '#functions/admin-api/jobs/change-jobs.ts';
import { switchFeed } from '#functions/admin-api/jobs/switch-feed.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import { jobId, presentJob, wireJob } from '#functions/admin-api/present/present-job.ts';
import { emptyBody, failure, success } from '#functions/admin-api/present/wire-schemas.ts';

const listJobs = defineRoute({
  method: 'GET',
  path: '/api/admin/sync/jobs',
  level: Level.supervised,
  operationId: 'listJobs',
  summary: 'The jobs with their schedules and when each runs next.',
  tag: 'jobs',
  responses: {
    200: { description: 'All of them.', schema: z.object({ success, jobs: z.array(wireJob) }) },
  },
  async handle(_input, { schedules, jobs, now }) {
    const all = await schedules.list();
    const states = await Promise.all(all.map(({ job }) => jobs.state(job)));
    const body = all.map((schedule, index) => presentJob(schedule, states[index]?.override, now()));
    return { status: 200, body: { success: true, jobs: body } };
  },
});

const patchJob = defineRoute({
  method: 'PATCH',
  path: '/api/admin/sync/jobs/{id}',
  level: Level.autonomous,
  operationId: 'changeJob',
  summary: 'Stops or starts a job, or sets its interval.',
  tag: 'jobs',
  params: z.strictObject({ id: jobId }),
  body: z
    .strictObject({
      enabled: z.boolean().optional(),
      // Which range holds depends on the job, and so does what a refusal says.
      minutes: z.unknown().meta({ type: 'integer', minimum: 5, maximum: 1_440 }).optional(),
    })
    .refine((change) => Object.keys(change).length > 0, 'must have `enabled`, `minutes` or both')
    .meta({
      description:
        '`minutes`: 5 to 60 for the skill sync, 10 to 120 for the rating sync, 15 to 1440 for the ticket sync, and not ' +
        'for jobs that run at fixed times.',
      examples: [{ minutes: 30 }],
      minProperties: 1,
    }),
  responses: {
    200: { description: 'The job as it is in force now.', schema: z.object({ success, job: wireJob }) },
    404: { description: '`job_not_found`: there is no such job.', schema: failure },
    503: {
      description: '`schedule_not_changed`: the scheduler does not answer. A stop is in force all the same.',
      schema: failure.extend({ job: jobId.optional(), stopped: z.boolean().optional() }),
    },
  },
  async handle({ params: { id }, body }, services) {
    const schedule = await changeJob(services, id, body);
    const { override } = await services.jobs.state(id);
    return { status: 200, body: { success: true, job: presentJob(schedule, override, services.now()) } };
  },
});

const jobSwitches = z.array(
  z.object({
    id: jobId,
    enabled: z.boolean().meta({ description: 'Whether it starts by itself now.' }),
    override: z.enum(['set', 'failed']),
    schedule: z.enum(['changed', 'failed', 'missing', 'none']).meta({
      description: '`none`: the job has no schedule; runs of it are asked for, or continue others.',
    }),
  }),
);

const feedSwitch = z.object({
  deployed: z.boolean().meta({
    description: 'False: this deployment has no real-time feed. The wish is remembered for one that has.',
    examples: [true],
  }),
  enabled: z
    .boolean()
    .meta({ description: 'Whether the feed may be connected now. It obeys within 10 seconds.' }),
  override: z.enum(['set', 'failed']),
});

const switched = {
  200: {
    description: 'Done for every job, and for the real-time feed.',
    schema: z.object({ success, jobs: jobSwitches, websocket: feedSwitch }),
  },
  503: {
    description: '`jobs_partly_changed`: `jobs` and `websocket` tell what became of each. Ask again.',
    schema: failure.extend({ jobs: jobSwitches.optional(), websocket: feedSwitch.optional() }),
  },
};

const stopJobs = defineRoute({
  method: 'DELETE',
  path: '/api/admin/sync/jobs',
  level: Level.autonomous,
  operationId: 'stopAllJobs',
  summary: 'Emergency stop: no job starts by itself any more, and the real-time feed is closed.',
  description:
    'Effective even when the scheduler can not be had: scheduled runs of a stopped job are skipped. What runs ' +
    'ends within 15 seconds, however it was started, as failed with the code `stopped`; runs by hand still start. The ' +
    'feed closes within 10 seconds. Both last until they are undone, across deployments.',
  tag: 'jobs',
  responses: switched,
  handle: async (_input, services) => switchAll(services, false),
});

const startJobs = defineRoute({
  method: 'POST',
  path: '/api/admin/sync/jobs',
  level: Level.autonomous,
  operationId: 'startAllJobs',
  summary: 'Lets every job start by itself again, and the real-time feed connect.',
  tag: 'jobs',
  body: emptyBody,
  responses: switched,
  handle: async (_input, services) => switchAll(services, true),
});

export const jobRoutes: readonly Route[] = [listJobs, patchJob, stopJobs, startJobs];

/**
 * The jobs and the feed at once: neither waits for the other, and neither's failure holds the other up. A wish that could
 * not be written is a failure without a feed, too: the next deployment may have one.
 */
async function switchAll(services: Services, enabled: boolean) {
  const [websocket, jobs] = await Promise.all([switchFeed(services, enabled), switchJobs(services, enabled)]);
  const others = jobs.filter((job) => job.enabled !== enabled).map(({ id }) => id);
  if (websocket.override === 'failed') others.push('the real-time feed');
  if (others.length === 0) return { status: 200, body: { success: true, jobs, websocket } };
  const message = `Not ${enabled ? 'started' : 'stopped'}: ${others.join(', ')}. Try again in a few seconds.`;
  throw unavailable('jobs_partly_changed', message, { facts: { jobs, websocket } });
}
