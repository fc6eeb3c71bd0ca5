import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { sleep } from '#adapters/clock/sleep.ts';
import { publishRun } from '#adapters/cloudwatch/run-metrics.ts';
import { createJobStore } from '#adapters/dynamodb/runs/job-store.ts';
import { createRunStore } from '#adapters/dynamodb/runs/run-store.ts';
import { createCacheCleaner } from '#adapters/dynamodb/skills/cache-cleaner.ts';
import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import { parseEnvironment } from '#core/environment.ts';
import { runJob } from '#core/runs/job-run.ts';
import { JobId } from '#core/runs/run.ts';
import { readRunRequest } from '#core/runs/run-event.ts';
import { cleanCache } from './clean-cache.ts';
import { envSchema } from './config.ts';

const env = parseEnvironment(envSchema, process.env);
const log = new Logger({ serviceName: 'cache-cleanup' });
const metrics = new Metrics({ serviceName: 'cache-cleanup' });
const now = Date.now;
const table = { client: createDocumentClient(), name: env.TABLE_NAME, log };
const stores = {
  jobs: createJobStore(table),
  runs: createRunStore(table),
  cleaner: createCacheCleaner(table),
};

/** Cleans the cache once. What it did not get to is left to the next night: it never goes on by itself. */
export const handler = middy(async (event: unknown, context: Context) => {
  const request = readRunRequest(JobId.cacheCleanup, event, now(), Math.random);
  const remainingMs = () => context.getRemainingTimeInMillis();
  const run = await runJob(
    { ...stores, now, sleep, log, remainingMs, continueInNewInvocation: async () => undefined },
    { ...request, enabled: true },
    (work) => cleanCache({ ...stores, now }, work),
  );
  publishRun(metrics, run);
  return { run_id: run.runId, status: run.status };
}).use(injectLambdaContext(log));
