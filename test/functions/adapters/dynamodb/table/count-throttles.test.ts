import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { countThrottles } from '#adapters/dynamodb/table/count-throttles.ts';

type Answer = { readonly status: number; readonly body: object };

const OK: Answer = { status: 200, body: {} };
const refused = (type: string): Answer => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'No.' },
});

/** A client of a server that gives these answers, one after the other, and how many throttles it counted. */
async function scene(...answers: Answer[]) {
  const server = createServer((_request, response) => {
    const { status, body } = answers.shift() ?? OK;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 3,
  });
  onTestFinished(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  const seen = { throttles: 0 };
  countThrottles(client, () => {
    seen.throttles += 1;
  });
  return { client, seen };
}

const get = new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'a' } } });
const read = { table: { Keys: [{ pk: { S: 'a' } }] } };
const found = { table: [{ pk: { S: 'b' } }] };
const write = { table: [{ DeleteRequest: { Key: { pk: { S: 'a' } } } }] };

describe('Function: countThrottles', () => {
  it.each(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'])(
    'counts %s once, though the next attempt succeeds',
    async (type) => {
      const { client, seen } = await scene(refused(type), OK);

      await client.send(get);

      expect(seen.throttles).toBe(1);
    },
  );

  it('counts each attempt of a call that fails in the end', async () => {
    const { client, seen } = await scene(...Array.from({ length: 3 }, () => refused('ThrottlingException')));

    await expect(client.send(get)).rejects.toThrow('No.');

    expect(seen.throttles).toBe(3);
  });

  it('counts a batch of writes of which some are left', async () => {
    const { client, seen } = await scene({ status: 200, body: { UnprocessedItems: write } }, OK);

    await client.send(new BatchWriteItemCommand({ RequestItems: write }));
    await client.send(new BatchWriteItemCommand({ RequestItems: write }));

    expect(seen.throttles).toBe(1);
  });

  it.each([
    ['of which all are left', { UnprocessedKeys: read, Responses: {} }, 1],
    [
      'of which all are left, with the name of the table',
      { UnprocessedKeys: read, Responses: { table: [] } },
      1,
    ],
    ['of which some are left, as with an answer above 16 MB', { UnprocessedKeys: read, Responses: found }, 0],
    ['of which nothing is left', { UnprocessedKeys: {}, Responses: { table: [] } }, 0],
  ])('counts a batch of reads %s: %j', async (_what, body, throttles) => {
    const { client, seen } = await scene({ status: 200, body });

    await client.send(new BatchGetItemCommand({ RequestItems: read }));

    expect(seen.throttles).toBe(throttles);
  });

  it('counts no other refusal, and no success', async () => {
    const { client, seen } = await scene(OK, refused('ResourceNotFoundException'));

    await client.send(get);
    await expect(client.send(get)).rejects.toThrow('No.');

    expect(seen.throttles).toBe(0);
  });
});
