import type { QueueMessage } from './sqs.ts';

/** Where a batch of messages comes from. */
export type SqsOrigin = { readonly queueArn: string; readonly region: string };

/** The event by which Lambda hands a batch of messages to a function. */
export function sqsEvent(messages: readonly QueueMessage[], origin: SqsOrigin): { Records: unknown[] } {
  return { Records: messages.map((message) => sqsRecord(message, origin)) };
}

function sqsRecord(message: QueueMessage, { queueArn, region }: SqsOrigin): unknown {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
        name,
        {
          dataType: attribute.DataType,
          stringValue: attribute.StringValue,
          binaryValue: attribute.BinaryValue,
          stringListValues: [],
          binaryListValues: [],
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody,
    md5OfMessageAttributes: message.MD5OfMessageAttributes,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}
