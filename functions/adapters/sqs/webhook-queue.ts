import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { WebhookOutbox } from '#core/tickets/webhook/webhook-event.ts';
import { attemptSqs, visibilitySeconds } from './attempt-sqs.ts';
import { createQueueClient } from './upload-queue.ts';

/** The queue of events for outside, as those see it who have something to tell. */
export function createWebhookOutbox(client: Pick<SQSClient, 'send'>, queueUrl: string): WebhookOutbox {
  return {
    async send(event) {
      const message = { QueueUrl: queueUrl, MessageBody: JSON.stringify(event) };
      await attemptSqs('SendMessage', () => client.send(new SendMessageCommand(message)));
    },
  };
}

/** The same for a function; undefined where nobody is to be told. */
export function openWebhookOutbox(queueUrl: string | undefined): WebhookOutbox | undefined {
  return queueUrl === undefined ? undefined : createWebhookOutbox(createQueueClient(), queueUrl);
}

/** Has a message come back after so long. @throws QueueError */
export type Postpone = (receipt: string, delayMs: number) => Promise<void>;

/** The same queue as whoever delivers sees it. */
export function createPostpone(client: Pick<SQSClient, 'send'>, queueUrl: string): Postpone {
  return async (receipt, delayMs) => {
    const change = {
      QueueUrl: queueUrl,
      ReceiptHandle: receipt,
      VisibilityTimeout: visibilitySeconds(delayMs),
    };
    await attemptSqs('ChangeMessageVisibility', () =>
      client.send(new ChangeMessageVisibilityCommand(change)),
    );
  };
}
