import { afterAll, beforeEach, describe } from 'vitest';
import { everyTableContract } from '#test/contracts/every-contract.ts';
import { sameAsFake } from '#test/contracts/same-as-fake.ts';
import type { Engine } from '#test/engines/dynalite.ts';
import { dynamodbLocalIsMissing, startDynamodbLocal } from '#test/engines/dynamodb-local.ts';
import { tableStores } from '#test/engines/test-stores.ts';

/** Each table makes the next one slower, deleted or not: the two hundredth takes a second. A start takes one, too. */
const TABLES_OF_ONE = 50;

const missing = dynamodbLocalIsMissing();
if (missing) console.warn(`The storage contracts are not run on DynamoDB Local: ${missing}.`);

describe.runIf(missing === undefined)('the DynamoDB adapters on DynamoDB Local', () => {
  let engine: Engine | undefined;
  let tables = 0;
  beforeEach(async () => {
    if (engine && tables < TABLES_OF_ONE) return;
    await engine?.stop();
    engine = await startDynamodbLocal();
    tables = 0;
  });
  afterAll(() => engine?.stop());

  const open = async () => {
    if (engine === undefined) throw new Error('DynamoDB Local is not started.');
    tables += 1;
    return tableStores(await engine.createTable());
  };
  everyTableContract(open);
  sameAsFake(open, 40);
});
