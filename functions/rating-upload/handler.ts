import { randomUUID } from 'node:crypto';
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { createHighUseMetric } from '#adapters/cloudwatch/counter.ts';
import { openRatingStores } from '#adapters/dynamodb/rating-stores.ts';
import { openFunction } from '#adapters/lambda/lambda-function.ts';
import { createRatingClient } from '#adapters/marketplace/rating-client.ts';
import { createTokenSource } from '#adapters/secrets-manager/token-source.ts';
import { receivedMessage } from '#adapters/sqs/received-message.ts';
import { openUploadQueue } from '#adapters/sqs/upload-queue.ts';
import { parseEnvironment } from '#core/environment.ts';
import { MAX_RECEIVES } from '#core/ratings/upload-limits.ts';
import { clientOptions, envSchema } from './config.ts';

import { startBatch } from './upload-batch.ts';

const env = parseEnvironment(envSchema, process.env);
const { log, clock, handle } = openFunction('rating-upload');
const { window, ...stores } = openRatingStores(env.TABLE_NAME, log);
const secret = { client: new SecretsManagerClient(), secretId: env.TOKEN_SECRET_ID };
const token = createTokenSource({ ...secret, now: clock.now, log });
const onHighUse = createHighUseMetric();
const client = createRatingClient({ ...clientOptions(env), ...clock, log, token, fetch, window, onHighUse });
const limits = { maxReceives: MAX_RECEIVES, enabled: env.ATOM_SAAS_ENABLED };
const ports = { ...stores, ...client, queue: openUploadQueue(env), newClaimId: randomUUID, log };
const processor = new BatchProcessor(EventType.SQS);
// That every message returns to the queue is no failure of the function: Lambda would slow down the event source.
const options = { throwOnFullBatchFailure: false };

/** Uploads the ratings that a batch of messages names, and says which messages the queue has to keep. */
export const handler = handle(async (event: SQSEvent) => {
  const batch = startBatch({ ...ports, ...clock, ...limits });
  const upload = (record: SQSRecord) => batch.process(receivedMessage(record));
  const answer = await processPartialResponse(event, upload, processor, options);
  const { uploaded, failed } = await batch.end();
  if (uploaded + failed > 0) log.info('a batch of ratings was sent', { uploaded, failed });
  return answer;
});
