import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';

/** The other end of a queue: what Lambda's event source does with it. */
export type Poll = {
  /** Receives once and hands the batch over; what is not reported as failed is deleted. @returns how many came */
  once(): Promise<number>;
};

export type PollOptions = {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly batchSize: number;
  readonly handle: (event: SQSEvent) => Promise<SQSBatchResponse>;
  readonly waitSeconds?: number;
};

export function createPoll({ client, queueUrl, batchSize, handle, waitSeconds = 0 }: PollOptions): Poll {
  return {
    async once() {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: batchSize,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) return 0;
      const { batchItemFailures } = await handle({ Records: Messages.map(recordOf) });
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      const done = Messages.filter(({ MessageId = '' }) => !failed.has(MessageId));
      await Promise.all(
        done.map(({ ReceiptHandle }) =>
          client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle })),
        ),
      );
      return Messages.length;
    },
  };
}

function recordOf({ MessageId = '', ReceiptHandle = '', Body = '', Attributes }: Message) {
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: {
      ApproximateReceiveCount: Attributes?.ApproximateReceiveCount ?? '1',
      SentTimestamp: Attributes?.SentTimestamp ?? '0',
      SenderId: 'test',
      ApproximateFirstReceiveTimestamp: Attributes?.ApproximateFirstReceiveTimestamp ?? '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:uploads',
    awsRegion: 'us-east-1',
  };
}
