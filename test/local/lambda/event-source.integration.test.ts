import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it, vi } from 'vitest';
import { WAIT } from '#test/wait-limit.ts';
import {
  arnOf,
  client,
  consume,
  contents,
  EMPTY,
  newQueue,
  REGION,
  sendAll,
  sqs,
  untilEmpty,
} from './consumed-queue.ts';

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
    await vi.waitFor(() => expect(invocations).toHaveLength(1), WAIT);
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
    await vi.waitFor(async () => expect(await contents(dead)).toEqual({ waiting: 1, inFlight: 0 }), WAIT);

    // Assess
    expect(invocations.map(({ counts }) => counts)).toEqual([['1'], ['2']]);
    expect(await contents(queue)).toEqual(EMPTY);
  });
});
