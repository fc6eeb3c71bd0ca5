import { EmbeddedServiceError } from '#local/errors.ts';
import { type AccessKey, PLACEHOLDER_KEY, signedHeaders } from '#local/guard/aws-signature.ts';
import { startWorkerService, type WorkerService } from '#local/services/worker-service.ts';
import type { SqsFacts, SqsWorkerData } from './sqs-worker.ts';

/** A queue of the template; `attributes` in the service's own words (`VisibilityTimeout`, `RedrivePolicy`…). */
export type QueueDefinition = { readonly name: string; readonly attributes: Record<string, string> };

/** The embedded SQS. */
export type Sqs = {
  readonly url: string;
  readonly died: WorkerService<SqsFacts>['died'];
  /** The URL of a queue, whether it exists yet or not. */
  queueUrl(name: string): string;
  /** Makes the queue, or gives an older one the attributes of today's template. */
  ensureQueue(queue: QueueDefinition): Promise<void>;
  send(queueName: string, body: string): Promise<void>;
  /** Receives what is there, or the first that comes within `waitSeconds`. Ends with the signal's reason. */
  receive(queueName: string, options: ReceiveOptions): Promise<QueueMessage[]>;
  /** Deletes messages that were received, however many. */
  remove(queueName: string, receiptHandles: readonly string[]): Promise<void>;
  close(): Promise<void>;
};

type ReceiveOptions = {
  /** 1–10. */
  readonly maximum: number;
  /** 0–20. */
  readonly waitSeconds: number;
  readonly signal?: AbortSignal;
};

/** A message in the service's own words, all its attributes with it. */
export type QueueMessage = {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly Attributes?: Record<string, string>;
  readonly MD5OfMessageAttributes?: string;
  readonly MessageAttributes?: Record<
    string,
    { readonly DataType: string; readonly StringValue?: string; readonly BinaryValue?: string }
  >;
};

/** Entries of one DeleteMessageBatch. */
const REMOVED_AT_ONCE = 10;

/**
 * Starts fauxqs in a thread of its own.
 *
 * @param options.dataDir where messages survive a restart.
 * @param options.accessKey who may call; everybody where it is absent.
 */
export async function startSqs(options: {
  dataDir?: string;
  region: string;
  accountId: string;
  accessKey?: AccessKey;
}): Promise<Sqs> {
  const { dataDir, region, accessKey } = options;
  const service = await startWorkerService<SqsFacts>(
    'SQS',
    new URL('./sqs-worker.ts', import.meta.url),
    { dataDir, region, accessKey } satisfies SqsWorkerData,
    { path: dataDir },
  );
  const { url } = service.facts;
  const queueUrl = (name: string) => `${url}/${options.accountId}/${name}`;
  const call = (operation: string, input: unknown, signal?: AbortSignal) =>
    callSqs({ url, region, accessKey: accessKey ?? PLACEHOLDER_KEY, operation, input, signal });
  return {
    url,
    died: service.died,
    queueUrl,
    ensureQueue: async ({ name, attributes }) => {
      try {
        await call('CreateQueue', { QueueName: name, Attributes: attributes });
      } catch (error) {
        if (!(error instanceof SqsCallError) || !/QueueNameExists|QueueAlreadyExists/.test(error.type))
          throw error;
        await call('SetQueueAttributes', { QueueUrl: queueUrl(name), Attributes: attributes });
      }
    },
    send: async (queueName, body) => {
      await call('SendMessage', { QueueUrl: queueUrl(queueName), MessageBody: body });
    },
    receive: async (queueName, { maximum, waitSeconds, signal }) => {
      const wanted = { MaxNumberOfMessages: maximum, WaitTimeSeconds: waitSeconds };
      const all = { MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] };
      const answer = await call(
        'ReceiveMessage',
        { QueueUrl: queueUrl(queueName), ...wanted, ...all },
        signal,
      );
      return (answer as { Messages?: QueueMessage[] }).Messages ?? [];
    },
    remove: async (queueName, receiptHandles) => {
      for (let from = 0; from < receiptHandles.length; from += REMOVED_AT_ONCE) {
        const handles = receiptHandles.slice(from, from + REMOVED_AT_ONCE);
        const Entries = handles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
        await call('DeleteMessageBatch', { QueueUrl: queueUrl(queueName), Entries });
      }
    },
    close: () => service.close(),
  };
}

class SqsCallError extends EmbeddedServiceError {
  readonly type: string;
  constructor(operation: string, type: string, message: string) {
    super(`The embedded SQS refused ${operation}: ${message}`);
    this.type = type;
  }
}

type SqsCall = {
  readonly url: string;
  readonly region: string;
  readonly accessKey: AccessKey;
  readonly operation: string;
  readonly input: unknown;
  readonly signal?: AbortSignal;
};

/** Speaks the JSON protocol itself: five calls don't justify loading the SDK before `ready`. */
async function callSqs({ url, region, accessKey, operation, input, signal }: SqsCall): Promise<unknown> {
  const body = JSON.stringify(input);
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `AmazonSQS.${operation}`,
  };
  // fauxqs takes the region of a queue from the signature's scope.
  const signed = signedHeaders(accessKey, { url, region, service: 'sqs', headers, body });
  const response = await fetch(url, { method: 'POST', signal, headers: signed, body });
  const answer = (await response.json()) as { __type?: string; message?: string };
  if (!response.ok) {
    throw new SqsCallError(operation, answer.__type ?? '', answer.message ?? String(response.status));
  }
  return answer;
}
