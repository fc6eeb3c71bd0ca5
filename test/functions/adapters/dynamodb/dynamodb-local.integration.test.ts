import { afterAll, beforeAll, describe } from 'vitest';
import { everyTableContract } from '#test/contracts/every-contract.ts';
import { sameAsFake } from '#test/contracts/same-as-fake.ts';
import type { Engine } from '#test/engines/dynalite.ts';
import { dynamodbLocalIsMissing, startDynamodbLocal } from '#test/engines/dynamodb-local.ts';
import { tableStores } from '#test/engines/test-stores.ts';

const missing = dynamodbLocalIsMissing();
if (missing) console.warn(`The storage contracts are not run on DynamoDB Local: ${missing}.`);

describe.runIf(missing === undefined)('the DynamoDB adapters on DynamoDB Local', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startDynamodbLocal();
  });
  afterAll(() => engine?.stop());

  const open = async () => tableStores(await engine.createTable());
  everyTableContract(open);
  sameAsFake(open, 40);
});
