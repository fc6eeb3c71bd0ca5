import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { receivedMessage } from '#adapters/sqs/received-message.ts';
import { createPostpone, createWebhookOutbox } from '#adapters/sqs/webhook-queue.ts';
import { createPostWebhook } from '#adapters/webhook/post-webhook.ts';
import { QueueError } from '#core/errors.ts';
import type { WebhookEvent } from '#core/tickets/webhook/webhook-event.ts';
import { deliverEvent } from '#functions/ticket-webhook/deliver-event.ts';
import { type Sqs, startSqs } from '#local/sqs/sqs.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import { createPoll } from './poll.ts';

const EVENT: WebhookEvent = {
  id: 'r.run.completed',
  type: 'run.completed',
  occurred_at: '2026-11-27T02:00:00.000Z',
  data: { counts: { new: 7 } },
};

describe('The queue of events, from who tells to who is told', () => {
  let sqs: Sqs;
  let client: SQSClient;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  beforeAll(async () => {
    sqs = await startSqs({ region: 'us-east-1', accountId: '000000000000' });
    client = new SQSClient({ endpoint: sqs.url, region: 'us-east-1', credentials, maxAttempts: 1 });
    await sqs.ensureQueue({ name: 'webhooks', attributes: { VisibilityTimeout: '0' } });
  });
  afterAll(async () => {
    client.destroy();
    await sqs.close();
  });

  /** A receiver that refuses the first so many requests. */
  async function receiver(refusals: number) {
    const bodies: string[] = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      bodies.push(body);
      response.writeHead(bodies.length > refusals ? 204 : 503).end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { bodies, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
  }

  it('delivers an event once its receiver takes it, and not before its time', async () => {
    // Prepare
    const queueUrl = sqs.queueUrl('webhooks');
    const { bodies, url } = await receiver(1);
    const delays: number[] = [];
    const postpone = createPostpone(client, queueUrl);
    const deps = {
      post: createPostWebhook({ url }),
      key: async () => 'a key of some length',
      // What is put back for ten seconds is really put back, for none: nobody waits here.
      postpone: (receipt: string, delayMs: number) => {
        delays.push(delayMs);
        return postpone(receipt, 0);
      },
      now: Date.now,
      random: () => 0.5,
      log: SILENT,
    };
    const handle = async ({ Records }: SQSEvent) => {
      const failed: { itemIdentifier: string }[] = [];
      for (const record of Records) {
        await deliverEvent(deps, receivedMessage(record)).catch(() => {
          failed.push({ itemIdentifier: record.messageId });
        });
      }
      return { batchItemFailures: failed };
    };
    const poll = createPoll({ client, queueUrl, batchSize: 1, handle });

    // Act
    await createWebhookOutbox(client, queueUrl).send(EVENT);
    const received = [await poll.once(), await poll.once(), await poll.once()];

    // Assess
    expect(received).toEqual([1, 1, 0]);
    expect(delays).toEqual([10_000]);
    expect(bodies.map((body) => JSON.parse(body))).toEqual([EVENT, EVENT]);
  });

  it('fails with its own error where the queue can’t be reached', async () => {
    const options = { endpoint: 'http://127.0.0.1:9', region: 'us-east-1', credentials, maxAttempts: 1 };
    const nowhere = new SQSClient(options);
    await expect(createWebhookOutbox(nowhere, 'http://127.0.0.1:9/0/q').send(EVENT)).rejects.toThrow(
      QueueError,
    );
    await expect(createPostpone(nowhere, 'http://127.0.0.1:9/0/q')('receipt', 0)).rejects.toThrow(QueueError);
  });
});
