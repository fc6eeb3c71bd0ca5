import type { SQSRecord } from 'aws-lambda';

/** A message as an event source hands it over; `receiveCount` counts this time too. */
export type ReceivedMessage = {
  readonly body: string;
  readonly receipt: string;
  readonly receiveCount: number;
};

/** What of a record of the event source matters here. */
export function receivedMessage({ body, receiptHandle, attributes }: SQSRecord): ReceivedMessage {
  return { body, receipt: receiptHandle, receiveCount: Number(attributes.ApproximateReceiveCount) };
}
