import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { openFunction } from '#adapters/lambda/lambda-function.ts';
import { createJsonSecret } from '#adapters/secrets-manager/json-secret.ts';
import { receivedMessage } from '#adapters/sqs/received-message.ts';
import { createQueueClient } from '#adapters/sqs/upload-queue.ts';
import { createPostpone } from '#adapters/sqs/webhook-queue.ts';
import { createPostWebhook } from '#adapters/webhook/post-webhook.ts';
import { parseEnvironment } from '#core/environment.ts';
import { envSchema } from './config.ts';
import { deliverEvent } from './deliver-event.ts';

const env = parseEnvironment(envSchema, process.env);
const { log, clock, handle } = openFunction('ticket-webhook');
const secret = createJsonSecret({
  client: new SecretsManagerClient(),
  secretId: env.WEBHOOK_KEY_SECRET_ID,
  now: clock.now,
  log,
  content: 'key that signs webhooks',
  remedy: 'Deploy the stack anew, or put one into the secret as {"key": "…"}.',
  schema: z.object({ key: z.string().min(16) }),
});
const deps = {
  post: createPostWebhook({ url: env.TICKET_WEBHOOK_URL }),
  key: async () => (await secret()).key,
  postpone: createPostpone(createQueueClient(), env.WEBHOOKS_QUEUE_URL),
  ...clock,
  log,
};
const processor = new BatchProcessor(EventType.SQS);
// That a message returns to the queue is no failure of the function: Lambda would slow down the event source.
const options = { throwOnFullBatchFailure: false };

/** Delivers the events that a batch of messages holds, and says which messages the queue has to keep. */
export const handler = handle((event: SQSEvent) => {
  const deliver = (record: SQSRecord) => deliverEvent(deps, receivedMessage(record));
  return processPartialResponse(event, deliver, processor, options);
});
