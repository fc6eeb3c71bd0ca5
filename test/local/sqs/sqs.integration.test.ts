import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSqs } from '#local/sqs/sqs.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

async function start(dataDir: string) {
  const sqs = await startSqs({ dataDir, region: 'us-east-1', accountId: '000000000000' });
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const client = new SQSClient({ endpoint: sqs.url, region: 'us-east-1', credentials });
  let open = true;
  const close = async () => {
    if (!open) return;
    open = false;
    client.destroy();
    await sqs.close();
  };
  onTestFinished(close);
  return { sqs, client, close };
}

describe('Embedded SQS', () => {
  it('moves a message that is received too often to the dead letters', async () => {
    // Prepare
    const { sqs, client } = await start(temporaryDirectory());
    await sqs.ensureQueue({ name: 'dead', attributes: {} });
    const RedrivePolicy =
      '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":1}';
    await sqs.ensureQueue({ name: 'main', attributes: { RedrivePolicy } });
    await sqs.send('main', 'text');
    const receive = async (name: string) =>
      (await client.send(new ReceiveMessageCommand({ QueueUrl: sqs.queueUrl(name) }))).Messages?.[0];

    // Act
    const first = await receive('main');
    const QueueUrl = sqs.queueUrl('main');
    const ReceiptHandle = first?.ReceiptHandle;
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));

    // Assess
    expect(await receive('main')).toBeUndefined();
    expect((await receive('dead'))?.Body).toBe('text');
  });

  it('brings a message back when its visibility ends, its receive count kept over a restart', async () => {
    // Prepare
    const directory = temporaryDirectory();
    const first = await start(directory);
    await first.sqs.ensureQueue({ name: 'main', attributes: { VisibilityTimeout: '1' } });
    await first.sqs.send('main', 'again');
    const receive = async ({ sqs, client }: typeof first) => {
      const QueueUrl = sqs.queueUrl('main');
      const wanted = {
        MessageSystemAttributeNames: ['ApproximateReceiveCount' as const],
        WaitTimeSeconds: 5,
      };
      return (await client.send(new ReceiveMessageCommand({ QueueUrl, ...wanted }))).Messages?.[0]
        ?.Attributes;
    };

    // Act
    const counts = [await receive(first), await receive(first)];
    await first.close();
    counts.push(await receive(await start(directory)));

    // Assess
    expect(counts.map((attributes) => attributes?.ApproximateReceiveCount)).toEqual(['1', '2', '3']);
  });

  it('keeps messages over a restart and takes today’s attributes', async () => {
    // Prepare
    const directory = temporaryDirectory();
    const first = await start(directory);
    await first.sqs.ensureQueue({ name: 'main', attributes: { VisibilityTimeout: '30' } });
    await first.sqs.send('main', 'kept');
    await first.close();

    // Act
    const { sqs, client } = await start(directory);
    await sqs.ensureQueue({ name: 'main', attributes: { VisibilityTimeout: '90' } });

    // Assess
    const QueueUrl = sqs.queueUrl('main');
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({ VisibilityTimeout: '90', ApproximateNumberOfMessages: '1' });
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages?.[0]?.Body).toBe('kept');
  });

  it('loses no message that was on its way to the dead letters', async () => {
    // Prepare: the database refuses what is written second, as a kill between the two would.
    const directory = temporaryDirectory();
    const database = (sql: string) => {
      const opened = new DatabaseSync(join(directory, 'fauxqs.db'));
      opened.exec(sql);
      opened.close();
    };
    const policy = { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead', maxReceiveCount: 1 };
    const attributes = { RedrivePolicy: JSON.stringify(policy), VisibilityTimeout: '0' };
    const first = await start(directory);
    await first.sqs.ensureQueue({ name: 'dead', attributes: {} });
    await first.sqs.ensureQueue({ name: 'main', attributes });
    await first.sqs.send('main', 'text');
    const receive = (sqs: typeof first.sqs, name: string) =>
      sqs.receive(name, { maximum: 10, waitSeconds: 0 });
    expect(await receive(first.sqs, 'main')).toHaveLength(1);
    database(`CREATE TRIGGER killed BEFORE INSERT ON sqs_messages WHEN NEW.queue_name = 'dead'
      BEGIN SELECT RAISE(ABORT, 'killed'); END`);

    // Act
    await expect(receive(first.sqs, 'main')).rejects.toThrow();
    await first.close();
    database('DROP TRIGGER killed');
    const { sqs } = await start(directory);

    // Assess
    expect(await receive(sqs, 'main')).toEqual([]);
    expect(await receive(sqs, 'dead')).toMatchObject([{ Body: 'text' }]);
  });
});
