import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createRandom, type SeededRandom } from '#local/random.ts';
import { type KillableProcess, startKillable } from '#test/local/services/killable-process.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

const SERVER = new URL('./sqs-server.ts', import.meta.url);

const KILLS = 10;
const WRITERS = 16;
/** Acknowledged calls between two kills, at most. */
const CALLS = 100;

/** What the callers were told; a call without an answer leaves it open. */
type Told = { sent: Set<string>; deleted: Set<string>; open: Set<string> };

describe('Embedded SQS, killed', () => {
  it(`holds each message that was acknowledged and not deleted, over ${KILLS} kills under ${WRITERS} writers`, async () => {
    // Prepare
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    console.log(`SEED=${seed}`);
    const random = createRandom(seed);
    const directory = temporaryDirectory();
    const told: Told = { sent: new Set(), deleted: new Set(), open: new Set() };

    // Act
    for (let kill = 0; kill < KILLS; kill += 1) {
      await callUntilKilled(await startKillable(SERVER, [directory]), told, random);
    }
    await (await startKillable(SERVER, [directory])).kill();

    // Assess
    const database = new DatabaseSync(join(directory, 'fauxqs.db'));
    const found = new Set(
      database
        .prepare('SELECT body FROM sqs_messages')
        .all()
        .map(({ body }) => String(body)),
    );
    database.close();
    const lost = [...told.sent].filter(
      (body) => !found.has(body) && !told.deleted.has(body) && !told.open.has(body),
    );
    expect(lost).toEqual([]);
    expect([...told.deleted].filter((body) => found.has(body))).toEqual([]);
    expect(told.deleted.size).toBeGreaterThan(KILLS);
  });
});

async function callUntilKilled(server: KillableProcess, told: Told, random: SeededRandom): Promise<void> {
  const QueueUrl = server.firstLine;
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const endpoint = new URL(QueueUrl).origin;
  const client = new SQSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  let left = random.between(1, CALLS);
  let killed: Promise<void> | undefined;
  const work = async (): Promise<void> => {
    while (killed === undefined) {
      const call = random.chance(0.7) ? send : receiveAndDelete;
      const answered = await call(client, { QueueUrl, told, random }).then(
        () => true,
        () => false,
      );
      if (!answered) return;
      left -= 1;
      if (left === 0) killed = server.kill();
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, work));
  await killed;
  client.destroy();
}

type Call = { QueueUrl: string; told: Told; random: SeededRandom };

async function send(client: SQSClient, { QueueUrl, told, random }: Call): Promise<void> {
  const MessageBody = `message ${random.bits()}`;
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  told.sent.add(MessageBody);
}

async function receiveAndDelete(client: SQSClient, { QueueUrl, told }: Call): Promise<void> {
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
  for (const { Body = '', ReceiptHandle } of Messages ?? []) {
    told.open.add(Body);
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    told.deleted.add(Body);
  }
}
