import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { sleep } from '#adapters/clock/sleep.ts';
import { publishRun } from '#adapters/cloudwatch/run-metrics.ts';
import { openSyncStores } from '#adapters/dynamodb/sync-stores.ts';
import { createAsyncInvoke } from '#adapters/lambda/invoke.ts';
import { createMarketplace } from '#adapters/marketplace/client.ts';
import { createProcessLimiter, notTold } from '#adapters/marketplace/shared-limiter.ts';
import { createTokenSource } from '#adapters/secrets-manager/token-source.ts';
import { parseEnvironment } from '#core/environment.ts';
import type { WorkResult } from '#core/runs/end-run.ts';
import { runJob } from '#core/runs/job-run.ts';
import { JobId, RunTrigger } from '#core/runs/run.ts';
import { readRunRequest } from '#core/runs/run-event.ts';
import { envSchema, syncOptions } from './config.ts';
import { asksForOlder } from './older-request.ts';
import { syncSkills } from './sync-skills.ts';

const env = parseEnvironment(envSchema, process.env);
const log = new Logger({ serviceName: 'skill-sync' });
const metrics = new Metrics({ serviceName: 'skill-sync' });
const now = Date.now;
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
const { marketplaceOptions, limiterOptions, strategy, ...options } = syncOptions(env);
const { window, ...stores } = openSyncStores(env.TABLE_NAME, log, { strategy, random: Math.random });
const clock = { now, sleep, random: Math.random, log, remainingMs: () => remainingMs() };
const limiter = createProcessLimiter({ ...clock, ...limiterOptions, window });
const marketplace = createMarketplace({ ...marketplaceOptions, ...clock, token, fetch, limiter });
const { pausedUntil } = limiter;

/** Runs the skill sync once; the outcome is the run's record, so a failed sync is no failed invocation. */
export const handler = middy(async (event: unknown, context: Context) => {
  remainingMs = () => context.getRemainingTimeInMillis();
  const { trigger, ...request } = readRunRequest(JobId.skillSync, event, now(), Math.random);
  const acceptOlder = asksForOlder(event);
  const continueRun = (run_id: string) =>
    goOn({ trigger, run_id, ...(acceptOlder && { accept_older: true }) });
  let cache: WorkResult = {};
  const run = await runJob(
    { ...stores, ...clock, continueInNewInvocation: continueRun, pausedUntil },
    { ...request, trigger, enabled: env.ATOM_SAAS_ENABLED },
    async (work) => {
      // Who starts it by hand wants it tried, whatever the marketplace said before.
      if (trigger === RunTrigger.manual) await limiter.resume();
      cache = await syncSkills({ ...stores, ...options, marketplace, now, log, acceptOlder }, work);
      return cache;
    },
  );
  await limiter.flush().catch(notTold(log));
  publishRun(metrics, run, cache);
  return { run_id: run.runId, status: run.status };
}).use(injectLambdaContext(log));
