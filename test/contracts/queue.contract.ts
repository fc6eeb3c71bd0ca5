import { randomUUID } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, it } from 'vitest';

/** What the code relies on in a queue, whoever implements SQS. Waits are SQS's own long polls and visibility times. */
export function queueContract(open: () => SQSClient): void {
  describe('SQS', () => {
    let sqs: SQSClient;
    beforeAll(() => {
      sqs = open();
    });

    const createQueue = async (Attributes: Record<string, string> = {}): Promise<string> => {
      const { QueueUrl = '' } = await sqs.send(
        new CreateQueueCommand({ QueueName: `queue-${randomUUID()}`, Attributes }),
      );
      return QueueUrl;
    };
    const arnOf = async (QueueUrl: string) => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
      );
      return Attributes?.QueueArn;
    };
    const send = (QueueUrl: string, MessageBody: string, DelaySeconds?: number) =>
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));
    const receive = async (QueueUrl: string, options: { wait?: number; max?: number } = {}) => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          WaitTimeSeconds: options.wait,
          MaxNumberOfMessages: options.max,
          MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
        }),
      );
      return Messages;
    };
    const countOf = async (QueueUrl: string) => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      return {
        waiting: Number(Attributes?.ApproximateNumberOfMessages),
        underWay: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
      };
    };

    it('keeps a text as it is, and says when it was sent and how often it was received', async () => {
      const queue = await createQueue();
      const before = Date.now();
      await send(queue, '{"skill_id":"é\\u2028","revision":3}');
      const [message] = await receive(queue);
      expect(message?.Body).toBe('{"skill_id":"é\\u2028","revision":3}');
      expect(message?.Attributes?.ApproximateReceiveCount).toBe('1');
      expect(Number(message?.Attributes?.SentTimestamp)).toBeGreaterThanOrEqual(before - 1_000);
    });

    it('hides a message that was received, and shows it again when its visibility ends', async () => {
      const queue = await createQueue({ VisibilityTimeout: '1' });
      await send(queue, 'again');
      const [first] = await receive(queue);
      expect(await receive(queue)).toEqual([]);
      const [second] = await receive(queue, { wait: 5 });
      expect(second?.MessageId).toBe(first?.MessageId);
      expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
    });

    it('shows a message at once when its visibility is set to nothing', async () => {
      const QueueUrl = await createQueue({ VisibilityTimeout: '600' });
      await send(QueueUrl, 'back');
      const [message] = await receive(QueueUrl);
      const { ReceiptHandle } = message ?? {};
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
      expect(await receive(QueueUrl)).toMatchObject([{ Body: 'back' }]);
    });

    it('counts what waits and what is under way', async () => {
      const queue = await createQueue({ VisibilityTimeout: '600' });
      await send(queue, 'one');
      await send(queue, 'two');
      await receive(queue);
      expect(await countOf(queue)).toEqual({ waiting: 1, underWay: 1 });
    });

    it('forgets a message that is deleted, and takes a second deletion for done', async () => {
      const QueueUrl = await createQueue({ VisibilityTimeout: '1' });
      await send(QueueUrl, 'done');
      const [message] = await receive(QueueUrl);
      const { ReceiptHandle } = message ?? {};
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      expect(await receive(QueueUrl, { wait: 2 })).toEqual([]);
    });

    it('gives and takes ten at once, each entry with an outcome of its own', async () => {
      const QueueUrl = await createQueue({ VisibilityTimeout: '600' });
      const Entries = Array.from({ length: 10 }, (_, n) => ({ Id: `id-${n}`, MessageBody: `body-${n}` }));
      const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      expect(sent.Successful?.map(({ Id }) => Id).toSorted()).toEqual(Entries.map(({ Id }) => Id).toSorted());
      const received = await receive(QueueUrl, { max: 10, wait: 1 });
      expect(received.map(({ Body }) => Body).toSorted()).toEqual(
        Entries.map(({ MessageBody }) => MessageBody).toSorted(),
      );
      const deletions = received.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
      const deleted = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: deletions }));
      expect(deleted.Successful).toHaveLength(10);
      expect(await countOf(QueueUrl)).toEqual({ waiting: 0, underWay: 0 });
    });

    it('refuses more than ten in a batch, and the same id twice', async () => {
      const QueueUrl = await createQueue();
      const batch = (ids: readonly number[]) =>
        sqs.send(
          new SendMessageBatchCommand({
            QueueUrl,
            Entries: ids.map((n) => ({ Id: `id-${n}`, MessageBody: 'body' })),
          }),
        );
      await expect(batch([...Array(11).keys()])).rejects.toMatchObject({
        name: expect.stringMatching(/TooManyEntriesInBatchRequest/),
      });
      await expect(batch([1, 1])).rejects.toMatchObject({
        name: expect.stringMatching(/BatchEntryIdsNotDistinct/),
      });
    });

    it('moves a message to the dead letters once it was received too often, not before', async () => {
      // Prepare
      const deadLetters = await createQueue();
      const QueueUrl = await createQueue({
        VisibilityTimeout: '600',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: await arnOf(deadLetters), maxReceiveCount: 2 }),
      });
      await send(QueueUrl, 'bad');
      const giveBack = async () => {
        const [message] = await receive(QueueUrl);
        const { ReceiptHandle } = message ?? {};
        await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
        return message?.Body;
      };

      // Act
      const received = [await giveBack(), await giveBack()];
      const third = await receive(QueueUrl);

      // Assess
      expect(received).toEqual(['bad', 'bad']);
      expect(third).toEqual([]);
      expect(await receive(deadLetters, { wait: 1 })).toMatchObject([{ Body: 'bad' }]);
    });

    it('holds a message back for its delay', async () => {
      const queue = await createQueue();
      await send(queue, 'later', 1);
      expect(await receive(queue)).toEqual([]);
      expect(await receive(queue, { wait: 5 })).toMatchObject([{ Body: 'later' }]);
    });
  });
}
