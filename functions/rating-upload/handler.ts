import { randomUUID } from 'node:crypto';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import middy from '@middy/core';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { sleep } from '#adapters/clock/sleep.ts';
import { publishUploads } from '#adapters/cloudwatch/rating-metrics.ts';
import { openRatingStores } from '#adapters/dynamodb/ratings/rating-stores.ts';
import { createRatingClient } from '#adapters/marketplace/rating-client.ts';
import { createTokenSource } from '#adapters/secrets-manager/token-source.ts';
import { openUploadQueue } from '#adapters/sqs/upload-queue.ts';
import { parseEnvironment } from '#core/environment.ts';
import { clientOptions, envSchema, MAX_RECEIVES } from './config.ts';
import { receivedMessage } from './received-message.ts';
import { startBatch } from './upload-batch.ts';

const env = parseEnvironment(envSchema, process.env);
const log = new Logger({ serviceName: 'rating-upload' });
const metrics = new Metrics({ serviceName: 'rating-upload' });
const now = Date.now;
const { window, ...stores } = openRatingStores(env.TABLE_NAME, log);
const token = createTokenSource({
  client: new SecretsManagerClient(),
  secretId: env.TOKEN_SECRET_ID,
  now,
  log,
});
// One invocation at a time runs in this process: its time left is known here, for the client that outlives it.
let remainingMs = () => Number.POSITIVE_INFINITY;
const clock = { now, sleep, random: Math.random, log, remainingMs: () => remainingMs() };
const client = createRatingClient({ ...clientOptions(env), ...clock, token, fetch, window });
const queue = openUploadQueue(env);
const own = { newClaimId: randomUUID, maxReceives: MAX_RECEIVES, enabled: env.ATOM_SAAS_ENABLED };
const deps = { ...stores, ...clock, ...client, ...own, queue };
const processor = new BatchProcessor(EventType.SQS);
// That every message has to come back is no failure of the function: Lambda would slow down the event source.
const options = { throwOnFullBatchFailure: false };

/** Uploads the ratings that a batch of messages names, and says which messages the queue has to keep. */
export const handler = middy(async (event: SQSEvent, context: Context) => {
  remainingMs = () => context.getRemainingTimeInMillis();
  const batch = startBatch(deps);
  const workOff = (record: SQSRecord) => batch.workOff(receivedMessage(record));
  const answer = await processPartialResponse(event, workOff, processor, options);
  publishUploads(metrics, await batch.end());
  return answer;
}).use(injectLambdaContext(log));
