import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, onTestFinished, vi } from 'vitest';
import { createEventSource, type EventSourceDefinition } from '#local/lambda/event-source.ts';
import { createLambdaRuntime } from '#local/lambda/lambda-runtime.ts';
import { type Sqs, startSqs } from '#local/sqs/sqs.ts';
import { WAIT } from '#test/wait-limit.ts';
import { inlineFunction } from './inline-function.ts';

export const REGION = 'us-east-1';
const ACCOUNT = '000000000000';
export const arnOf = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;

/** The embedded SQS of this file's tests. */
export let sqs: Sqs;
export let client: SQSClient;
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

/** @returns the name of a queue of its own */
export async function newQueue(attributes: Record<string, string> = {}): Promise<string> {
  queues += 1;
  const name = `queue-${queues}`;
  await sqs.ensureQueue({ name, attributes });
  return name;
}

/** How many messages wait, and how many were received and not deleted. */
export async function contents(name: string): Promise<{ waiting: number; inFlight: number }> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: sqs.queueUrl(name), AttributeNames: ['All'] }),
  );
  return {
    waiting: Number(Attributes?.ApproximateNumberOfMessages),
    inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
  };
}

type Invocation = {
  readonly bodies: string[];
  readonly counts: string[];
  readonly event: { readonly Records: Record<string, unknown>[] };
};

/**
 * A queue with a function behind it. The function is the text of a module's body that may use `event` and `failed`
 * (which makes an answer out of the bodies of messages that failed).
 */
export async function consume(
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

export const sendAll = async (queue: string, ...bodies: string[]) => {
  for (const body of bodies) await sqs.send(queue, body);
};
export const EMPTY = { waiting: 0, inFlight: 0 };
export const untilEmpty = (queue: string) =>
  vi.waitFor(async () => expect(await contents(queue)).toEqual(EMPTY), WAIT);
