import type { SQSRecord } from 'aws-lambda';
import type { ReceivedMessage } from '#core/received-message.ts';

/** What of a record of the event source matters here. */
export function receivedMessage({ body, receiptHandle, attributes }: SQSRecord): ReceivedMessage {
  return { body, receipt: receiptHandle, receiveCount: Number(attributes.ApproximateReceiveCount) };
}
