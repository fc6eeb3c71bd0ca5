import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createEventSource, type EventSourceDefinition } from '#local/lambda/event-source.ts';
import { createLambdaRuntime } from '#local/lambda/lambda-runtime.ts';
import { type Sqs, startSqs } from '#local/sqs/sqs.ts';
import { inlineFunction } from './inline-function.ts';

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';
const arnOf = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;

let sqs: Sqs;
let client: SQSClient;
let queues = 0;

beforeAll(async () => {
  sqs = await startSqs({ region: REGION, accountId: ACCOUNT });
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  client = new SQSClient({ endpoint: sqs.url, region: REGION, credentials });
});
afterAll(async () => {
  client.destroy();
  await sqs.close();
});

async function newQueue(attributes: Record<string, string> = {}): Promise<string> {
  queues += 1;
  const name = `queue-${queues}`;
  await sqs.ensureQueue({ name, attributes });
  return name;
}

/** How many messages wait, and how many were received and not deleted. */
async function contents(name: string): Promise<{ waiting: number; inFlight: number }> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: sqs.queueUrl(name), AttributeNames: ['All'] }),
  );
  return {
    waiting: Number(Attributes?.ApproximateNumberOfMessages),
    inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
  };
}

type Invocation = { bodies: string[]; counts: string[]; event: { Records: Record<string, unknown>[] } };

/**
 * A queue with a function behind it. The function is the text of a module's body that may use `event` and `failed`
 * (which makes an answer out of the bodies of messages that failed).
 */
async function consume(
  queue: string,
  body: string,
  mapping: Partial<EventSourceDefinition> = {},
  overrides: Partial<Pick<Sqs, 'receive' | 'remove'>> = {},
) {
  const fn = inlineFunction(`
    const failed = (event, ...bodies) => ({ batchItemFailures: event.Records
      .filter((record) => bodies.includes(record.body)).map((record) => ({ itemIdentifier: record.messageId })) });
    export const handler = async (event) => { ${body} };`);
  const invocations: Invocation[] = [];
  const trouble: string[] = [];
  const runtime = createLambdaRuntime({
    functions: [fn],
    onOutput: () => undefined,
    onFailure: () => undefined,
    sendToQueue: async () => undefined,
  });
  const definition: EventSourceDefinition = {
    queueArn: arnOf(queue),
    functionName: 'fn',
    batchSize: 10,
    batchingWindowMs: 0,
    maximumConcurrency: 2,
    reportsFailures: true,
    ...mapping,
  };
  const source = createEventSource(definition, {
    sqs: { receive: sqs.receive, remove: sqs.remove, ...overrides },
    region: REGION,
    invoke: async (payload) => {
      const event = JSON.parse(payload);
      invocations.push({
        event,
        bodies: event.Records.map((record: { body: string }) => record.body),
        counts: event.Records.map(
          ({ attributes }: { attributes: Record<string, string> }) => attributes.ApproximateReceiveCount,
        ),
      });
      return runtime.invoke('fn', payload);
    },
    onTrouble: (message) => trouble.push(message),
    retryDelayMs: 5,
  });
  onTestFinished(async () => {
    await source.stop(0);
    await runtime.close(0);
  });
  return { source, invocations, trouble };
}

const sendAll = async (queue: string, ...bodies: string[]) => {
  for (const body of bodies) await sqs.send(queue, body);
};
const EMPTY = { waiting: 0, inFlight: 0 };
const untilEmpty = (queue: string) =>
  vi.waitFor(async () => expect(await contents(queue)).toEqual(EMPTY), { timeout: 10_000 });

describe('Local event source', () => {
  it('hands messages over as Lambda does, and deletes them when the function is content', async () => {
    // Prepare
    const queue = await newQueue();
    await client.send(
      new SendMessageCommand({
        QueueUrl: sqs.queueUrl(queue),
        MessageBody: '{"a":"ü"}',
        MessageAttributes: { kind: { DataType: 'String', StringValue: 'rating' } },
      }),
    );
    const { source, invocations } = await consume(queue, 'return null;');

    // Act
    source.start();
    await untilEmpty(queue);

    // Assess
    expect(invocations).toHaveLength(1);
    expect(invocations[0]?.event.Records).toEqual([
      {
        messageId: expect.stringMatching(/^[\w-]{36}$/),
        receiptHandle: expect.any(String),
        body: '{"a":"ü"}',
        attributes: expect.objectContaining({
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
        }),
        messageAttributes: {
          kind: { dataType: 'String', stringValue: 'rating', stringListValues: [], binaryListValues: [] },
        },
        md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
        md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventSource: 'aws:sqs',
        eventSourceARN: arnOf(queue),
        awsRegion: REGION,
      },
    ]);
  });

  it('leaves only the messages that failed, which come back when their visibility ends', async () => {
    // Prepare
    const queue = await newQueue({ VisibilityTimeout: '1' });
    await sendAll(queue, 'good', 'bad', 'fine');
    const { source, invocations } = await consume(
      queue,
      `const again = event.Records[0].attributes.ApproximateReceiveCount === '2';
       return again ? null : failed(event, 'bad');`,
    );

    // Act
    source.start();
    await untilEmpty(queue);

    // Assess
    expect(invocations.map(({ bodies, counts }) => ({ bodies, counts }))).toEqual([
      { bodies: ['good', 'bad', 'fine'], counts: ['1', '1', '1'] },
      { bodies: ['bad'], counts: ['2'] },
    ]);
  });

  it.each([
    ['throws', `throw new Error('no');`],
    ['crashes', 'process.exit(1);'],
    ['answers something else than a report', `return { batchItemFailures: [{ messageId: '1' }] };`],
  ])('leaves the whole batch when the function %s', async (_, body) => {
    // Prepare
    const queue = await newQueue({ VisibilityTimeout: '600' });
    await sendAll(queue, 'one', 'two');
    const { source, invocations } = await consume(queue, body);

    // Act
    source.start();
    await vi.waitFor(() => expect(invocations).toHaveLength(1));
    await source.stop(10_000);

    // Assess
    expect(await contents(queue)).toEqual({ waiting: 0, inFlight: 2 });
  });

  it('moves a message that failed too often to the dead letters', async () => {
    // Prepare
    const dead = await newQueue();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(dead), maxReceiveCount: 2 });
    const queue = await newQueue({ VisibilityTimeout: '1', RedrivePolicy });
    await sendAll(queue, 'poison');
    const { source, invocations } = await consume(queue, `return failed(event, 'poison');`);

    // Act
    source.start();
    await vi.waitFor(async () => expect(await contents(dead)).toEqual({ waiting: 1, inFlight: 0 }), {
      timeout: 10_000,
    });

    // Assess
    expect(invocations.map(({ counts }) => counts)).toEqual([['1'], ['2']]);
    expect(await contents(queue)).toEqual(EMPTY);
  });

  it('keeps to the batch size', async () => {
    // Prepare
    const queue = await newQueue();
    await sendAll(queue, ...Array.from({ length: 7 }, (_, index) => String(index)));
    const { source, invocations } = await consume(queue, 'return null;', { batchSize: 3 });

    // Act
    source.start();
    await untilEmpty(queue);

    // Assess
    expect(invocations.map(({ bodies }) => bodies.length)).toEqual([3, 3, 1]);
  });

  it('waits for the batching window, and takes more than one receive can give', async () => {
    // Prepare
    const queue = await newQueue();
    await sendAll(queue, ...Array.from({ length: 14 }, (_, index) => String(index)));
    const mapping = { batchSize: 25, batchingWindowMs: 1000 };
    const waits: number[] = [];
    const receive: Sqs['receive'] = (name, options) => {
      waits.push(options.waitSeconds);
      return sqs.receive(name, options);
    };
    const { source, invocations } = await consume(queue, 'return null;', mapping, { receive });

    // Act
    source.start();
    await vi.waitFor(async () => expect((await contents(queue)).inFlight).toBe(14));
    await sendAll(queue, 'late');
    await untilEmpty(queue);

    // Assess
    expect(invocations.map(({ bodies }) => bodies.length)).toEqual([15]);
    expect(waits.length, 'receives').toBeLessThanOrEqual(6);
  });

  it('runs as many invocations at once as the mapping allows, and no more', async () => {
    // Prepare
    const queue = await newQueue();
    await sendAll(queue, ...Array.from({ length: 6 }, (_, index) => String(index)));
    let atOnce = 0;
    let most = 0;
    const gates: (() => void)[] = [];
    const definition = { queueArn: arnOf(queue), functionName: 'fn', batchSize: 1, batchingWindowMs: 0 };
    const source = createEventSource(
      { ...definition, maximumConcurrency: 2, reportsFailures: true },
      {
        sqs,
        region: REGION,
        invoke: async () => {
          atOnce += 1;
          most = Math.max(most, atOnce);
          await new Promise<void>((resolve) => gates.push(resolve));
          atOnce -= 1;
          return { requestId: 'r', payload: 'null' };
        },
        onTrouble: () => undefined,
      },
    );
    onTestFinished(() => source.stop(0));

    // Act
    source.start();
    for (let done = 0; done < 6; done += 2) {
      await vi.waitFor(() => expect(gates).toHaveLength(2));
      for (const open of gates.splice(0)) open();
    }
    await untilEmpty(queue);

    // Assess
    expect(most).toBe(2);
  });

  it('asks once and waits while there is nothing, and then takes a message at once', async () => {
    // Prepare
    const queue = await newQueue();
    const waits: number[] = [];
    const receive: Sqs['receive'] = (name, options) => {
      waits.push(options.waitSeconds);
      return sqs.receive(name, options);
    };
    const { source, invocations } = await consume(queue, 'return null;', {}, { receive });

    // Act
    source.start();
    await vi.waitFor(() => expect(waits).toEqual([20]));
    await sendAll(queue, 'now');
    await untilEmpty(queue);

    // Assess
    expect(invocations).toHaveLength(1);
    expect(waits).toEqual([20, 20]);
    const stopping = performance.now();
    await source.stop(10_000);
    expect(performance.now() - stopping).toBeLessThan(2000);
  });

  it('goes on when the queue could not be read or a message not deleted, and says so', async () => {
    // Prepare
    const queue = await newQueue({ VisibilityTimeout: '1' });
    await sendAll(queue, 'once');
    let failures = 2;
    const failing = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
      let failed = false;
      return (...args: A): Promise<R> => {
        if (failed) return call(...args);
        failed = true;
        failures -= 1;
        return Promise.reject(new Error('reset'));
      };
    };
    const overrides = { receive: failing(sqs.receive), remove: failing(sqs.remove) };
    const { source, invocations, trouble } = await consume(queue, 'return null;', {}, overrides);

    // Act
    source.start();
    await untilEmpty(queue);

    // Assess
    expect(failures).toBe(0);
    expect(invocations.map(({ counts }) => counts)).toEqual([['1'], ['2']]);
    expect(trouble).toEqual(["can't be read: reset", 'could not be worked off: reset']);
  });

  it('lets a batch that is under way come to its end when it stops, and takes no other', async () => {
    // Prepare
    const queue = await newQueue();
    await sendAll(queue, 'first');
    const { source, invocations } = await consume(
      queue,
      'await new Promise((resolve) => setTimeout(resolve, 300)); return null;',
      { maximumConcurrency: 1 },
    );
    source.start();
    await vi.waitFor(() => expect(invocations).toHaveLength(1));
    await sendAll(queue, 'second');

    // Act
    await source.stop(10_000);

    // Assess
    expect(await contents(queue)).toEqual({ waiting: 1, inFlight: 0 });
    expect(invocations).toHaveLength(1);
  });

  it('gives a batch up that takes longer than the grace, and leaves its messages', async () => {
    // Prepare
    const queue = await newQueue({ VisibilityTimeout: '600' });
    await sendAll(queue, 'slow');
    const { source, invocations } = await consume(queue, 'await new Promise(() => {});');
    source.start();
    await vi.waitFor(() => expect(invocations).toHaveLength(1));

    // Act
    await source.stop(50);

    // Assess
    expect(await contents(queue)).toEqual({ waiting: 0, inFlight: 1 });
  });
});
