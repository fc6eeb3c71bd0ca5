import { afterAll, beforeAll, describe } from 'vitest';
import { everyTableContract } from '#test/contracts/every-contract.ts';
import { sameAsFake } from '#test/contracts/same-as-fake.ts';
import { type Engine, startDynalite } from '#test/engines/dynalite.ts';
import { tableStores } from '#test/engines/test-stores.ts';

describe('the DynamoDB adapters on dynalite', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startDynalite();
  });
  afterAll(() => engine.stop());

  const open = async () => tableStores(await engine.createTable());
  everyTableContract(open);
  sameAsFake(open, 60);
});
