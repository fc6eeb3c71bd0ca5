import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startDynamodb, type TableDefinition } from '#local/dynamodb.ts';
import { temporaryDirectory } from './temporary-directory.ts';

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
});
