import type { SQSRecord } from 'aws-lambda';
import { expect, it } from 'vitest';
import { receivedMessage } from '#adapters/sqs/received-message.ts';

it('takes of a record what names its message, with the receives as a number', () => {
  const record = { body: '{}', receiptHandle: 'receipt', attributes: { ApproximateReceiveCount: '4' } };

  expect(receivedMessage(record as unknown as SQSRecord)).toEqual({
    body: '{}',
    receipt: 'receipt',
    receiveCount: 4,
  });
});
