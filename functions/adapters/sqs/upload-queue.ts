import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SendMessageBatchResult,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import pLimit from 'p-limit';
import type { UntakenMessage } from '#core/ratings/queue-rejection.ts';
import type { UploadMessage } from '#core/ratings/rating.ts';
import type { DeadLetter, UploadQueue } from '#core/ratings/rating-ports.ts';
import { formatUploadMessage, parseUploadMessage } from '#core/ratings/upload-message.ts';
import { attemptSqs, visibilitySeconds } from './attempt-sqs.ts';
import { rejectionOfCall, rejectionOfEntry } from './rejections.ts';

/** SQS takes no more messages in one call. */
const BATCH = 10;
/** Calls at once while a page of messages is sent. */
const CONCURRENCY = 5;
/** The longest that SQS delays a message: 15 minutes. */
const MAX_DELAY_SECONDS = 900;

export type UploadQueueOptions = {
  readonly client: SQSClient;
  readonly uploadsUrl: string;
  readonly deadLettersUrl: string;
};

/** The SDK's client with time-outs that leave room for its retries within a function's time. */
export function createQueueClient(config: SQSClientConfig = {}): SQSClient {
  return new SQSClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
    ...config,
  });
}

/** The same for a function: its queues by their addresses, its client from the environment. */
export function openUploadQueue(env: {
  readonly UPLOADS_QUEUE_URL: string;
  readonly DEAD_LETTERS_QUEUE_URL: string;
}): UploadQueue {
  return createUploadQueue({
    client: createQueueClient(),
    uploadsUrl: env.UPLOADS_QUEUE_URL,
    deadLettersUrl: env.DEAD_LETTERS_QUEUE_URL,
  });
}

/** The queue of uploads and its dead letters in SQS. */
export function createUploadQueue(options: UploadQueueOptions): UploadQueue {
  return {
    send: (messages, delayMs = 0) => send(options, messages, delayMs),
    setVisibility: (receipt, delayMs) => setVisibility(options, receipt, delayMs),
    receiveDead: (hiddenMs) => receiveDead(options, hiddenMs),
    deleteDead: (letters) => deleteDead(options, letters),
  };
}

async function send(
  { client, uploadsUrl }: UploadQueueOptions,
  messages: readonly UploadMessage[],
  delayMs: number,
): Promise<readonly UntakenMessage[]> {
  const send = (batch: readonly UploadMessage[]) => sendBatch(client, uploadsUrl, batch, delayMs);
  return (await pLimit(CONCURRENCY).map(chunks(messages), send)).flat();
}

/**
 * Where the whole call is refused for what is in it, each message is sent alone: then it shows which one it was.
 *
 * @returns the messages of the batch that were not taken: all of them when the call failed
 */
async function sendBatch(
  client: SQSClient,
  QueueUrl: string,
  batch: readonly UploadMessage[],
  delayMs: number,
): Promise<readonly UntakenMessage[]> {
  const DelaySeconds = Math.min(Math.ceil(delayMs / 1000), MAX_DELAY_SECONDS);
  const Entries = batch.map((message, index) => ({
    Id: String(index),
    MessageBody: formatUploadMessage(message),
    DelaySeconds,
  }));
  try {
    const answer = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    return untakenOf(batch, answer);
  } catch (error) {
    const rejection = rejectionOfCall(error);
    if (rejection === undefined) return batch;
    if (batch.length === 1) return batch.map((message) => ({ ...message, rejection }));
    const untaken: UntakenMessage[] = [];
    for (const message of batch) untaken.push(...(await sendBatch(client, QueueUrl, [message], delayMs)));
    return untaken;
  }
}

/** What the answer does not say to be taken. */
function untakenOf(
  batch: readonly UploadMessage[],
  { Successful = [], Failed = [] }: Partial<SendMessageBatchResult>,
): readonly UntakenMessage[] {
  const taken = new Set(Successful.map(({ Id }) => Id));
  const rejections = new Map(Failed.map((entry) => [entry.Id, rejectionOfEntry(entry)]));
  return batch.flatMap((message, index) => {
    const id = String(index);
    if (taken.has(id)) return [];
    const rejection = rejections.get(id);
    return [rejection === undefined ? message : { ...message, rejection }];
  });
}

async function setVisibility(
  { client, uploadsUrl }: UploadQueueOptions,
  ReceiptHandle: string,
  delayMs: number,
): Promise<void> {
  const VisibilityTimeout = visibilitySeconds(delayMs);
  await attemptSqs('ChangeMessageVisibility', () =>
    client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: uploadsUrl, ReceiptHandle, VisibilityTimeout }),
    ),
  );
}

async function receiveDead(
  { client, deadLettersUrl }: UploadQueueOptions,
  hiddenMs: number,
): Promise<readonly DeadLetter[]> {
  const { Messages = [] } = await attemptSqs('ReceiveMessage', () =>
    client.send(
      new ReceiveMessageCommand({
        QueueUrl: deadLettersUrl,
        MaxNumberOfMessages: BATCH,
        VisibilityTimeout: Math.ceil(hiddenMs / 1000),
        // Long enough to ask every server of the queue: without a wait some of the messages are not seen.
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    ),
  );
  return Messages.map(deadLetter);
}

function deadLetter({ Body = '', ReceiptHandle = '', Attributes }: Message): DeadLetter {
  const sentAt = Number(Attributes?.SentTimestamp ?? 0);
  return { message: parseUploadMessage(Body), sentAt, receipt: ReceiptHandle };
}

async function deleteDead(
  { client, deadLettersUrl }: UploadQueueOptions,
  letters: readonly DeadLetter[],
): Promise<void> {
  for (const batch of chunks(letters)) {
    const Entries = batch.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt }));
    // What is not deleted is found again next time, and deleted then.
    await attemptSqs('DeleteMessageBatch', () =>
      client.send(new DeleteMessageBatchCommand({ QueueUrl: deadLettersUrl, Entries })),
    );
  }
}

function chunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / BATCH) }, (_, n) =>
    items.slice(n * BATCH, (n + 1) * BATCH),
  );
}
