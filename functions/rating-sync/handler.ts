import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { sleep } from '#adapters/clock/sleep.ts';
import { publishWaiting } from '#adapters/cloudwatch/rating-metrics.ts';
import { publishRun } from '#adapters/cloudwatch/run-metrics.ts';
import { createRatingStores } from '#adapters/dynamodb/ratings/rating-stores.ts';
import { createJobStore } from '#adapters/dynamodb/runs/job-store.ts';
import { createRunStore } from '#adapters/dynamodb/runs/run-store.ts';
import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import { createAsyncInvoke } from '#adapters/lambda/invoke.ts';
import { createRatingClient } from '#adapters/marketplace/rating-client.ts';
import { notTold } from '#adapters/marketplace/shared-limiter.ts';
import { createTokenSource } from '#adapters/secrets-manager/token-source.ts';
import { openUploadQueue } from '#adapters/sqs/upload-queue.ts';
import { parseEnvironment } from '#core/environment.ts';
import { runJob } from '#core/runs/job-run.ts';
import { JobId, RunTrigger } from '#core/runs/run.ts';
import { readRunRequest } from '#core/runs/run-event.ts';
import { clientOptions, envSchema, syncOptions } from './config.ts';
import { asksForRedrive } from './redrive-request.ts';
import { countWaiting, syncRatings } from './sync-ratings.ts';

const env = parseEnvironment(envSchema, process.env);
const log = new Logger({ serviceName: 'rating-sync' });
const metrics = new Metrics({ serviceName: 'rating-sync' });
const now = Date.now;
const table = { client: createDocumentClient(), name: env.TABLE_NAME, log };
const { window, ...stores } = createRatingStores(table);
const records = { jobs: createJobStore(table), runs: createRunStore(table) };
const secrets = new SecretsManagerClient();
const token = createTokenSource({ client: secrets, secretId: env.TOKEN_SECRET_ID, now, log });
const goOn = createAsyncInvoke({
  aws: secrets.config,
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? '',
  endpoint: process.env.AWS_ENDPOINT_URL_LAMBDA,
  sleep,
});
// One invocation at a time runs in this process: its time left is known here, for the client that outlives it.
let remainingMs = () => Number.POSITIVE_INFINITY;
const clock = { now, sleep, random: Math.random, log, remainingMs: () => remainingMs() };
const { market, limiter } = createRatingClient({ ...clientOptions(env), ...clock, token, fetch, window });
const { pausedUntil } = limiter;
const deps = { ...stores, ...clock, ...syncOptions(env), queue: openUploadQueue(env), market };

/** Runs the rating sync once; the outcome is the run's record, so a failed sync is no failed invocation. */
export const handler = middy(async (event: unknown, context: Context) => {
  remainingMs = () => context.getRemainingTimeInMillis();
  const { trigger, ...request } = readRunRequest(JobId.ratingSync, event, now(), Math.random);
  const redrive = asksForRedrive(event);
  const run = await runJob(
    {
      ...records,
      ...clock,
      continueInNewInvocation: (run_id) => goOn({ trigger, run_id, redrive }),
      pausedUntil,
    },
    { ...request, trigger, enabled: env.ATOM_SAAS_ENABLED },
    async (work) => {
      // Who starts it by hand wants it tried, whatever the marketplace said before.
      if (trigger === RunTrigger.manual) await limiter.resume();
      return syncRatings({ ...deps, redrive }, work);
    },
  );
  await limiter.flush().catch(notTold(log));
  publishRun(metrics, run);
  publishWaiting(metrics, JobId.ratingSync, await countWaiting(stores));
  return { run_id: run.runId, status: run.status };
}).use(injectLambdaContext(log));
