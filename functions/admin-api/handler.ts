import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { sleep } from '#adapters/clock/sleep.ts';
import { createCounter } from '#adapters/cloudwatch/counter.ts';
import { createCacheCleaner } from '#adapters/dynamodb/cache-cleaner.ts';
import { createCategoryReader } from '#adapters/dynamodb/categories/category-store.ts';
import { createConflictStore } from '#adapters/dynamodb/conflicts/conflict-store.ts';
import { createFeedStore } from '#adapters/dynamodb/feed/feed-store.ts';
import { createRatingConflictLog } from '#adapters/dynamodb/ratings/rating-conflict-log.ts';
import { createRatingPulls } from '#adapters/dynamodb/ratings/rating-pulls.ts';
import { createRatingStore } from '#adapters/dynamodb/ratings/rating-store.ts';
import { createRatingTally } from '#adapters/dynamodb/ratings/rating-tally.ts';
import { createAuditStore } from '#adapters/dynamodb/records/audit-store.ts';
import { createRejectedRecordStore } from '#adapters/dynamodb/records/rejected-record-store.ts';
import { createJobStore } from '#adapters/dynamodb/runs/job-store.ts';
import { createRunStore } from '#adapters/dynamodb/runs/run-store.ts';
import { createSkillEditor } from '#adapters/dynamodb/skills/skill-editor.ts';
import { createSkillReader } from '#adapters/dynamodb/skills/skill-reader.ts';
import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import { createTokenVerifier } from '#adapters/jwt/verify-token.ts';
import { createAsyncInvoke } from '#adapters/lambda/invoke.ts';
import { createScheduleStore } from '#adapters/scheduler/schedule-store.ts';
import { parseEnvironment } from '#core/environment.ts';
import { AUDIT_LIMITS, CLIENT_LIMITS, envSchema, settingsOf } from './config.ts';
import { correlationId } from './http/correlation-id.ts';
import { createApi } from './http/serve-request.ts';
import { routeTable } from './routes/route-table.ts';

const env = parseEnvironment(envSchema, process.env);
const log = new Logger({ serviceName: 'admin-api' });
const metrics = new Metrics({ serviceName: 'admin-api' });
const now = Date.now;
const table = { client: createDocumentClient(CLIENT_LIMITS), name: env.TABLE_NAME, log };
const scheduler = new SchedulerClient(CLIENT_LIMITS);
const startOf = (functionName: string) =>
  createAsyncInvoke({
    aws: scheduler.config,
    functionName,
    endpoint: env.AWS_ENDPOINT_URL_LAMBDA,
    traceId: () => process.env._X_AMZN_TRACE_ID,
    sleep,
  });
const services = {
  skills: createSkillReader(table),
  categories: createCategoryReader(table),
  editor: createSkillEditor(table),
  jobs: createJobStore(table),
  runs: createRunStore(table),
  conflicts: createConflictStore(table),
  feed: createFeedStore(table),
  rejectedRecords: createRejectedRecordStore(table),
  cleaner: createCacheCleaner(table),
  audit: createAuditStore({ ...table, client: createDocumentClient(AUDIT_LIMITS) }),
  schedules: createScheduleStore({ client: scheduler, group: env.SCHEDULE_GROUP, jobs: env.SCHEDULED_JOBS }),
  ratings: createRatingStore(table),
  pulls: createRatingPulls(table),
  tally: createRatingTally(table),
  ratingConflicts: createRatingConflictLog(table),
  startSkillSync: startOf(env.SKILL_SYNC_FUNCTION_NAME),
  startRatingSync: startOf(env.RATING_SYNC_FUNCTION_NAME),
  settings: settingsOf(env),
  count: createCounter(metrics),
  now,
  sleep,
  random: Math.random,
  log,
};
const verifyToken = createTokenVerifier({ issuer: env.JWT_ISSUER, audience: env.JWT_AUDIENCE, now });
const api = createApi({ routes: routeTable, services, verifyToken });

/** Answers API Gateway. Events are never logged, whatever the environment says: they hold the callers' tokens. */
export const handler = middy(async (event: unknown, context: Context) =>
  api(event, correlationId(event, context.awsRequestId)),
).use(injectLambdaContext(log, { logEvent: false }));
