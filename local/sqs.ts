import { EmbeddedServiceError } from './errors.ts';
import type { SqsFacts, SqsWorkerData } from './sqs-worker.ts';
import { startWorkerService, type WorkerService } from './worker-service.ts';

/** A queue of the template; `attributes` in the service's own words (`VisibilityTimeout`, `RedrivePolicy`…). */
export type QueueDefinition = { name: string; attributes: Record<string, string> };

/** The embedded SQS. */
export type Sqs = {
  readonly url: string;
  readonly died: WorkerService<SqsFacts>['died'];
  /** The URL of a queue, whether it exists yet or not. */
  queueUrl(name: string): string;
  /** Makes the queue, or gives an older one the attributes of today's template. */
  ensureQueue(queue: QueueDefinition): Promise<void>;
  send(queueName: string, body: string): Promise<void>;
  close(): Promise<void>;
};

/**
 * Starts fauxqs in a thread of its own.
 *
 * @param options.dataDir where messages survive a restart.
 */
export async function startSqs(options: {
  dataDir?: string;
  region: string;
  accountId: string;
}): Promise<Sqs> {
  const service = await startWorkerService<SqsFacts>('SQS', new URL('./sqs-worker.ts', import.meta.url), {
    dataDir: options.dataDir,
    region: options.region,
  } satisfies SqsWorkerData);
  const { url } = service.facts;
  const queueUrl = (name: string) => `${url}/${options.accountId}/${name}`;
  const call = (operation: string, input: unknown) => callSqs(url, options.region, operation, input);
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

/** Speaks the JSON protocol itself: three calls don't justify loading the SDK before `ready`. */
async function callSqs(url: string, region: string, operation: string, input: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${operation}`,
      // fauxqs takes the region of a queue from the signature's scope.
      authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/sqs/aws4_request, SignedHeaders=host, Signature=local`,
    },
    body: JSON.stringify(input),
  });
  const body = (await response.json()) as { __type?: string; message?: string };
  if (!response.ok) {
    throw new SqsCallError(operation, body.__type ?? '', body.message ?? String(response.status));
  }
  return body;
}
