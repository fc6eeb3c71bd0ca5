import type { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createPostpone, createWebhookOutbox, openWebhookOutbox } from '#adapters/sqs/webhook-queue.ts';
import { QueueError } from '#core/errors.ts';

const URL = 'http://localhost/000000000000/webhooks';
const EVENT = {
  id: 'R1.run.completed',
  type: 'run.completed' as const,
  occurred_at: '2026-11-27T10:00:00.000Z',
  data: { run_id: 'R1' },
};

function queue(error?: Error) {
  const inputs: unknown[] = [];
  const send = async ({ input }: { readonly input: unknown }) => {
    inputs.push(input);
    if (error) throw error;
    return {};
  };
  return { inputs, client: { send } as unknown as Pick<SQSClient, 'send'> };
}

describe('the queue of webhooks', () => {
  it('takes an event as it is', async () => {
    const { client, inputs } = queue();
    await createWebhookOutbox(client, URL).send(EVENT);
    expect(inputs).toEqual([{ QueueUrl: URL, MessageBody: JSON.stringify(EVENT) }]);
  });

  it('has a message come back in whole seconds', async () => {
    const { client, inputs } = queue();
    await createPostpone(client, URL)('receipt', 1_500);
    expect(inputs).toEqual([{ QueueUrl: URL, ReceiptHandle: 'receipt', VisibilityTimeout: 2 }]);
  });

  it('fails by the name of what went wrong alone', async () => {
    const { client } = queue(Object.assign(new Error(`at ${URL}`), { name: 'QueueDoesNotExist' }));
    const error = await createWebhookOutbox(client, URL)
      .send(EVENT)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(QueueError);
    expect((error as Error).message).not.toContain(URL);
  });

  it('is none where nobody is to be told', () => {
    expect(openWebhookOutbox(undefined)).toBeUndefined();
    expect(openWebhookOutbox(URL)).toBeDefined();
  });
});
