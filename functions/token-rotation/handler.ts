import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { sleep } from '#adapters/clock/sleep.ts';
import { createRequestWindow } from '#adapters/dynamodb/marketplace/request-window.ts';
import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import { createProcessLimiter, notTold } from '#adapters/marketplace/shared-limiter.ts';
import { createTokenEndpoints } from '#adapters/marketplace/tokens.ts';
import { createSecretVersions } from '#adapters/secrets-manager/secret-versions.ts';
import { parseEnvironment } from '#core/environment.ts';
import { describeFailure } from '#core/errors.ts';
import { MetricName } from '#core/metric-name.ts';
import { envSchema, LIMITS, TABLE_PATIENCE } from './config.ts';
import { rotateToken } from './rotate-token.ts';
import { readRotationEvent } from './rotation-event.ts';

const env = parseEnvironment(envSchema, process.env);
const log = new Logger({ serviceName: 'token-rotation' });
const metrics = new Metrics({ serviceName: 'token-rotation' });
// One invocation at a time runs in this process: its time left is known here, for the client that outlives it.
let remainingMs = () => Number.POSITIVE_INFINITY;
const clock = { now: Date.now, sleep, log, remainingMs: () => remainingMs() };
const versions = createSecretVersions({ client: new SecretsManagerClient(), secretId: env.TOKEN_SECRET_ID });
const table = { client: createDocumentClient(TABLE_PATIENCE), name: env.TABLE_NAME, log };
const window = createRequestWindow(table);
const limiter = createProcessLimiter({ ...clock, window, limits: LIMITS, withoutTable: log });
const tokens = createTokenEndpoints({
  ...clock,
  limiter,
  baseUrl: env.ATOM_SAAS_API_URL,
  timeoutMs: env.ATOM_SAAS_API_TIMEOUT_SECONDS * 1_000,
  fetch,
  random: Math.random,
});
const rotationMs = env.ATOM_SYNC_TOKEN_ROTATION_DAYS * 86_400_000;
const deps = { ...clock, versions, tokens, instanceId: env.ATOM_INSTANCE_ID, rotationMs };

/** Carries out one step of a rotation for Secrets Manager; what it throws fails the step. */
export const handler = middy(async (event: unknown, context: Context): Promise<void> => {
  remainingMs = () => context.getRemainingTimeInMillis();
  try {
    const request = readRotationEvent(event, env.TOKEN_SECRET_ID);
    await rotateToken(deps, request);
    if (request.step === 'finishSecret') metrics.addMetric(MetricName.rotationSucceeded, MetricUnit.Count, 1);
  } catch (error) {
    const { code, message } = describeFailure(error);
    log.error('a step of the token rotation failed', { code, reason: message });
    metrics.addMetric(MetricName.rotationFailed, MetricUnit.Count, 1);
    throw error;
  } finally {
    await limiter.flush().catch(notTold(log));
    metrics.publishStoredMetrics();
  }
}).use(injectLambdaContext(log));
