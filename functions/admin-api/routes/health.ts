import * as z from 'zod';
import { isConnected } from '#core/feed/feed-state.ts';
import { JobId } from '#core/runs/run.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { assessHealth } from '#functions/admin-api/health/assess-health.ts';
import { checkReadiness } from '#functions/admin-api/health/check-readiness.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import { timeOrNull } from '#functions/admin-api/present/time-or-null.ts';
import { failure, nullableTime, time } from '#functions/admin-api/present/wire-schemas.ts';

const live = defineRoute({
  method: 'GET',
  path: '/health/live',
  level: 'public',
  operationId: 'getLiveness',
  summary: 'Is the API up? Touches no database.',
  tag: 'health',
  responses: {
    200: { description: 'It is.', schema: z.object({ status: z.literal('healthy'), timestamp: time }) },
  },
  handle: async (_input, { now }) => ({
    status: 200,
    body: { status: 'healthy', timestamp: isoFromMs(now()) },
  }),
});

const ready = defineRoute({
  method: 'GET',
  path: '/health/ready',
  level: 'public',
  operationId: 'getReadiness',
  summary: 'Can the API work? Asks the table and the scheduler.',
  tag: 'health',
  responses: {
    200: {
      description: 'It can.',
      schema: z.object({
        status: z.literal('ready'),
        database: z.literal('connected'),
        schedules: z.literal('registered'),
      }),
    },
    503: {
      description: '`not_ready`: the message names the part that fails.',
      schema: failure.extend({
        status: z.literal('not_ready').optional(),
        database: z.enum(['connected', 'unavailable']).optional(),
        schedules: z.enum(['registered', 'missing', 'unavailable']).optional(),
      }),
      example: {
        success: false,
        error: 'not_ready',
        message: 'The schedules are missing.',
        status: 'not_ready',
        database: 'connected',
        schedules: 'missing',
      },
    },
  },
  async handle(_input, services) {
    const { database, schedules } = await checkReadiness(services);
    const faults = [
      database === 'connected' ? [] : `The database is ${database}.`,
      schedules === 'registered' ? [] : `The schedules are ${schedules}.`,
    ].flat();
    if (faults.length === 0) return { status: 200, body: { status: 'ready', database, schedules } };
    const failed = { success: false, error: 'not_ready', message: faults.join(' ') };
    return { status: 503, body: { ...failed, status: 'not_ready', database, schedules } };
  },
});

const syncHealth = {
  sync: z.object({
    last_sync_at: nullableTime.meta({ description: 'The last skill sync that succeeded.' }),
    minutes_since_last_sync: z
      .number()
      .nonnegative()
      .nullable()
      .meta({
        description: 'Null where none has succeeded, or its time lies in the future.',
        examples: [4.2],
      }),
  }),
  websocket: z.object({ connected: z.boolean(), last_message_at: nullableTime }),
};

const sync = defineRoute({
  method: 'GET',
  path: '/health/sync',
  level: 'public',
  operationId: 'getSyncHealth',
  summary: 'Is the cache as fresh as it should be?',
  description:
    'Unhealthy when the last successful skill sync is older than two intervals or 30 minutes, whichever is ' +
    'more, lies in the future, or when the last run failed. A lost feed alone is degraded; one that is switched ' +
    'off or that this deployment does not have is not lost.',
  tag: 'health',
  responses: {
    200: {
      description: 'It is; `degraded` when the feed alone is lost.',
      schema: z.object({ status: z.enum(['healthy', 'degraded']), ...syncHealth }),
    },
    503: {
      description: '`sync_unhealthy`: the message says why.',
      schema: failure
        .extend({ status: z.literal('unhealthy').optional() })
        .extend(z.object(syncHealth).partial().shape),
      example: {
        success: false,
        error: 'sync_unhealthy',
        message: 'The last successful skill sync is older than 30 minutes.',
        status: 'unhealthy',
        sync: { last_sync_at: '2026-02-19T09:30:00.000Z', minutes_since_last_sync: 60 },
        websocket: { connected: false, last_message_at: null },
      },
    },
  },
  handle: (_input, services) => answerSyncHealth(services),
});

async function answerSyncHealth({ jobs, feed, settings, now }: Services) {
  const [state, feedState] = await Promise.all([jobs.state(JobId.skillSync), feed.read()]);
  const connected = isConnected(feedState, now());
  const lastMessageAt = feedState.report?.lastMessageAt;
  const { deployed, started } = settings.feed;
  // One that is not there, not started by itself, or switched off can't be lost.
  const watched = deployed && started && feedState.control.enabled ? { connected, lastMessageAt } : undefined;
  const health = assessHealth(state, settings.skillSyncIntervalMinutes, watched, now());
  const { status, lastSuccessAt, minutesSince, reason } = health;
  const body = {
    status,
    sync: {
      last_sync_at: timeOrNull(lastSuccessAt),
      minutes_since_last_sync: minutesSince === undefined ? null : Math.round(minutesSince * 10) / 10,
    },
    websocket: {
      connected,
      last_message_at: timeOrNull(lastMessageAt),
    },
  };
  if (status !== 'unhealthy') return { status: 200, body };
  return { status: 503, body: { success: false, error: 'sync_unhealthy', message: reason, ...body } };
}

export const healthRoutes: readonly Route[] = [live, ready, sync];
