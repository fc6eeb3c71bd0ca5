import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryUploadQueue } from '#adapters/sqs/memory-upload-queue.ts';
import { createUploadQueue } from '#adapters/sqs/upload-queue.ts';
import { QueueError } from '#core/errors.ts';
import type { UploadMessage } from '#core/ratings/rating.ts';
import type { UploadQueue } from '#core/ratings/rating-ports.ts';
import { parseUploadMessage } from '#core/ratings/upload-message.ts';
import { type Sqs, startSqs } from '#local/sqs/sqs.ts';
import { createPoll } from './poll.ts';

type Received = { readonly body: string; readonly receipt: string; readonly receiveCount: number };
/** A queue with two receives a message, and its other end. */
type Opened = {
  readonly queue: UploadQueue;
  receive(): Promise<readonly Received[]>;
};

const message = (n: number): UploadMessage => ({
  skillId: `sk/é ${n}`,
  userId: `user ${n}`,
  revision: n + 1,
});

function uploadQueueContract(open: () => Promise<Opened>): void {
  it('takes any number of messages and gives each to its receiver', async () => {
    const { queue, receive } = await open();
    expect(await queue.send(Array.from({ length: 25 }, (_, n) => message(n)))).toEqual([]);
    expect(await queue.send([])).toEqual([]);
    const received: Received[] = [];
    for (let batch = await receive(); batch.length > 0; batch = await receive()) received.push(...batch);
    expect(received.map(({ body }) => JSON.parse(body).revision).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 25 }, (_, n) => n + 1),
    );
    expect(received.every(({ receiveCount }) => receiveCount === 1)).toBe(true);
  });

  it('takes any id that a rating can have, and gives it back to the letter', async () => {
    const { queue, receive } = await open();
    const odd = ['x\uffff', '\ufffe', 'a\fb', '\0', '\x7f\x85', '🙂\u{10ffff}', 'a\u2028b'].map(
      (userId, n) => ({
        ...{ skillId: `s${userId}`, userId, revision: n + 1 },
      }),
    );
    expect(await queue.send(odd)).toEqual([]);
    const received: Received[] = [];
    for (let batch = await receive(); batch.length > 0; batch = await receive()) received.push(...batch);
    const messages = received.map(({ body }) => parseUploadMessage(body));
    expect(messages.toSorted((a, b) => a!.revision - b!.revision)).toEqual(odd);
  });

  it('hides a message that was put back, and gives one that was put back for no time at once', async () => {
    const { queue, receive } = await open();
    await queue.send([message(1)]);
    const [first] = await receive();
    expect(await receive()).toEqual([]);
    await queue.setVisibility(first!.receipt, 0);
    const [second] = await receive();
    expect(second).toMatchObject({ receiveCount: 2 });
    await queue.setVisibility(second!.receipt, 3_600_000);
    expect(await receive()).toEqual([]);
  });

  it('has a message among the dead letters that was received too often, until it is deleted', async () => {
    const { queue, receive } = await open();
    const before = Date.now() - 5_000;
    await queue.send([message(1), message(2)]);
    for (let times = 0; times < 2; times += 1) {
      for (const { receipt } of await receive()) await queue.setVisibility(receipt, 0);
    }
    expect(await receive()).toEqual([]);
    const letters = await queue.receiveDead(600_000);
    expect(letters.map(({ message: dead }) => dead).toSorted((a, b) => a!.revision - b!.revision)).toEqual([
      message(1),
      message(2),
    ]);
    for (const { sentAt } of letters) expect(sentAt).toBeGreaterThan(before);
    expect(await queue.receiveDead(0)).toEqual([]);
    await queue.deleteDead(letters);
    await queue.deleteDead([]);
  });

  it('shows dead letters again when nobody deleted them', async () => {
    const { queue, receive } = await open();
    await queue.send([message(1)]);
    for (let times = 0; times < 2; times += 1) await queue.setVisibility((await receive())[0]!.receipt, 0);
    await receive();
    expect(await queue.receiveDead(0)).toHaveLength(1);
    expect(await queue.receiveDead(600_000)).toHaveLength(1);
    expect(await queue.receiveDead(600_000)).toEqual([]);
  });
}

describe('The upload queue in memory', () => {
  uploadQueueContract(async () => {
    const queue = createMemoryUploadQueue({ now: Date.now, maxReceives: 2, visibilityMs: 600_000 });
    return {
      queue,
      receive: async () => queue.receive(10),
    };
  });
});

describe('The upload queue in SQS', () => {
  let sqs: Sqs;
  let client: SQSClient;
  let queues = 0;
  beforeAll(async () => {
    sqs = await startSqs({ region: 'us-east-1', accountId: '000000000000' });
    const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
    client = new SQSClient({ endpoint: sqs.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  });
  afterAll(async () => {
    client.destroy();
    await sqs.close();
  });

  uploadQueueContract(async () => {
    queues += 1;
    const [uploads, dead] = [`uploads-${queues}`, `dead-${queues}`];
    await sqs.ensureQueue({ name: dead, attributes: {} });
    const deadLetterTargetArn = `arn:aws:sqs:us-east-1:000000000000:${dead}`;
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 });
    await sqs.ensureQueue({ name: uploads, attributes: { VisibilityTimeout: '600', RedrivePolicy } });
    const [uploadsUrl, deadLettersUrl] = [sqs.queueUrl(uploads), sqs.queueUrl(dead)];
    return {
      queue: createUploadQueue({ client, uploadsUrl, deadLettersUrl }),
      async receive() {
        const received: Received[] = [];
        const handle: Parameters<typeof createPoll>[0]['handle'] = async ({ Records }) => {
          received.push(
            ...Records.map(({ body, receiptHandle, attributes }) => ({
              body,
              receipt: receiptHandle,
              receiveCount: Number(attributes.ApproximateReceiveCount),
            })),
          );
          return { batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
        };
        await createPoll({ client, queueUrl: uploadsUrl, batchSize: 10, handle }).once();
        return received;
      },
    };
  });

  it('says which messages were not taken, and fails with its own error, when it can’t be reached', async () => {
    const nowhere = new SQSClient({
      endpoint: 'http://127.0.0.1:9',
      region: 'us-east-1',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
      maxAttempts: 1,
    });
    const queue = createUploadQueue({
      client: nowhere,
      uploadsUrl: 'http://127.0.0.1:9/0/uploads',
      deadLettersUrl: 'http://127.0.0.1:9/0/dead',
    });
    expect(await queue.send([message(1), message(2)])).toEqual([message(1), message(2)]);
    await expect(queue.setVisibility('receipt', 0)).rejects.toThrow(QueueError);
    await expect(queue.receiveDead(0)).rejects.toThrow(QueueError);
  });
});
