import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import dynaliteDb from 'dynalite/db/index.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startDynamodb, type TableDefinition } from '#local/dynamodb/dynamodb.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

const TABLE: TableDefinition = {
  TableName: 'table',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
};

async function start(path?: string) {
  const dynamodb = await startDynamodb({ path, region: 'us-east-1' });
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const client = new DynamoDBClient({ endpoint: dynamodb.url, region: 'us-east-1', credentials });
  let open = true;
  const close = async () => {
    if (!open) return;
    open = false;
    client.destroy();
    await dynamodb.close();
  };
  onTestFinished(close);
  return { dynamodb, client, close };
}

const BY_OF = [{ AttributeName: 'of', KeyType: 'HASH' }];

/** A table with an index, whose partitions are the values of `of`. */
const INDEXED: TableDefinition = {
  ...TABLE,
  AttributeDefinitions: [...TABLE.AttributeDefinitions, { AttributeName: 'of', AttributeType: 'S' }],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'index',
      KeySchema: BY_OF,
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};

async function inIndex(client: DynamoDBClient, of: string, limit?: number): Promise<string[]> {
  const found: string[] = [];
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const query = { TableName: 'table', IndexName: 'index', KeyConditionExpression: '#of = :of' };
    const values = { ':of': { S: of } };
    const page = new QueryCommand({
      ...query,
      ExpressionAttributeNames: { '#of': 'of' },
      ExpressionAttributeValues: values,
      Limit: limit,
      ExclusiveStartKey,
    });
    const { Items, LastEvaluatedKey } = await client.send(page);
    found.push(...(Items ?? []).map((item) => item.pk?.S ?? ''));
    ExclusiveStartKey = LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return found.sort();
}

/** Two keys that dynalite's own index keys, which hold 24 bits of a hash, can't tell apart. */
function collidingKeys(): [string, string] {
  const seen = new Map<string, string>();
  for (let index = 0; ; index += 1) {
    const key = `key-${index}`;
    const hash = createHash('md5').update('Outliers').update(key).update('b').digest('hex').slice(0, 6);
    const other = seen.get(hash);
    if (other !== undefined) return [other, key];
    seen.set(hash, key);
  }
}

const KEY = { pk: { S: 'a' }, sk: { S: 'b' } };

describe('Embedded DynamoDB', () => {
  it('keeps its items over a restart and makes a table once', async () => {
    // Prepare
    const path = join(temporaryDirectory(), 'dynamodb');
    const first = await start(path);
    await first.dynamodb.ensureTable(TABLE);
    await first.dynamodb.ensureTable(TABLE);
    await first.client.send(new PutItemCommand({ TableName: 'table', Item: { ...KEY, value: { N: '1' } } }));
    await first.close();

    // Act
    const second = await start(path);
    await second.dynamodb.ensureTable(TABLE);

    // Assess
    const { Item } = await second.client.send(new GetItemCommand({ TableName: 'table', Key: KEY }));
    expect(Item?.value).toEqual({ N: '1' });
  });

  it('refuses a table that was made with other keys', async () => {
    const { dynamodb } = await start();
    await dynamodb.ensureTable(TABLE);
    const other = {
      ...TABLE,
      KeySchema: TABLE.KeySchema.slice(0, 1),
      AttributeDefinitions: TABLE.AttributeDefinitions.slice(0, 1),
    };
    await expect(dynamodb.ensureTable(other)).rejects.toThrow(/made by another version/);
  });

  it('puts right indexes and a table that an earlier end left behind, unless that was a clean one', async () => {
    // Prepare
    const path = join(temporaryDirectory(), 'dynamodb');
    const first = await start(path);
    await first.dynamodb.ensureTable(INDEXED);
    const Item = { ...KEY, of: { S: 'x' } };
    await first.client.send(new PutItemCommand({ TableName: 'table', Item }));
    await first.close();
    const damage = async (isUnclean: boolean) => {
      const { db } = dynaliteDb.create({ path });
      await db.open();
      const table = (await db.get('table~table')) as object;
      const ghost = { pk: { S: 'ghost' }, sk: { S: 'b' }, of: { S: 'x' } };
      const status = { TableStatus: 'CREATING' };
      await db.clear({ gte: 'index-', lt: 'index-~~' });
      const key = `index-global~table~index~${dynaliteDb.createIndexKey(ghost, INDEXED as never, BY_OF)}`;
      await db.batch([
        { type: 'put', key: 'table~table', value: { ...table, ...status } },
        { type: 'put', key, value: ghost },
        ...(isUnclean ? [{ type: 'del' as const, key: 'clean-end' }] : []),
      ]);
      await db.close();
    };

    // Act
    await damage(true);
    const second = await start(path);
    await second.dynamodb.ensureTable(INDEXED);
    const found = await inIndex(second.client, 'x');
    await second.client.send(new PutItemCommand({ TableName: 'table', Item: { ...Item, pk: { S: 'c' } } }));
    await second.close();
    await damage(false);
    const trusted = await start(path);

    // Assess
    expect(found).toEqual(['a']);
    expect(await inIndex(trusted.client, 'x')).toEqual(['ghost']);
  });

  it('keeps the index entries of two items apart whose hashes collide', async () => {
    // Prepare
    const { dynamodb, client } = await start();
    await dynamodb.ensureTable(INDEXED);
    const keys = collidingKeys();
    for (const pk of [...keys, 'other']) {
      const Item = { pk: { S: pk }, sk: { S: 'b' }, of: { S: 'x' } };
      await client.send(new PutItemCommand({ TableName: 'table', Item }));
    }

    // Act and assess
    expect(await inIndex(client, 'x')).toEqual([...keys, 'other'].sort());
    expect(await inIndex(client, 'x', 1)).toEqual([...keys, 'other'].sort());
    const Key = { pk: { S: keys[0] }, sk: { S: 'b' } };
    await client.send(new DeleteItemCommand({ TableName: 'table', Key }));
    expect(await inIndex(client, 'x')).toEqual([keys[1], 'other'].sort());
  });

  it('goes on when a caller is killed while it sends', async () => {
    // Prepare
    const { dynamodb } = await start();
    const { hostname, port } = new URL(dynamodb.url);

    // Act
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        const head = [
          'POST / HTTP/1.1',
          `Host: ${hostname}:${port}`,
          'Content-Type: application/x-amz-json-1.0',
        ];
        socket.write(`${head.join('\r\n')}\r\nContent-Length: 1000\r\n\r\nhalf`, () =>
          socket.resetAndDestroy(),
        );
      });
      socket.on('close', () => resolve());
    });

    // Assess
    await dynamodb.ensureTable(TABLE);
    const died = await Promise.race([dynamodb.died, dynamodb.ensureTable(TABLE)]);
    expect(died).toBeUndefined();
  });
});
