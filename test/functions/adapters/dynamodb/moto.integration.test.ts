import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyTableContract } from '#test/contracts/every-contract.ts';
import { sameAsFake } from '#test/contracts/same-as-fake.ts';
import type { Engine } from '#test/engines/dynalite.ts';
import { motoIsMissing } from '#test/engines/moto.ts';
import { startMotoDynamodb } from '#test/engines/moto-dynamodb.ts';
import { tableStores } from '#test/engines/test-stores.ts';

const missing = motoIsMissing();
if (missing) console.warn(`The storage contracts are not run on moto: ${missing}.`);

describe.runIf(missing === undefined)('the DynamoDB adapters on moto', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startMotoDynamodb();
  });
  afterAll(() => engine?.stop());

  const open = async () => tableStores(await engine.createTable());
  everyTableContract(open);
  sameAsFake(open, 20);

  it('still needs the repairs: a refused update stays half-way', async () => {
    // Prepare
    const { client, name: TableName } = await engine.createTable();
    const Key = { pk: 'a', sk: 'a' };
    await client.send(new PutCommand({ TableName, Item: { ...Key, first: 'old', second: 'old' } }));

    // Act
    client.middlewareStack.remove('writeOneByOne');
    const refused = client.send(
      new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'SET #first = :first, #second = :second',
        ExpressionAttributeNames: { '#first': 'first', '#second': 'second' },
        ExpressionAttributeValues: { ':first': 'new', ':second': 'x'.repeat(420_000) },
      }),
    );
    await expect(refused).rejects.toThrow(/maximum allowed size/);

    // Assess
    const item = await tableStores({ client, name: TableName, log: console }).raw.get('a', 'a');
    expect(item?.first).toBe('new');
  });
});
