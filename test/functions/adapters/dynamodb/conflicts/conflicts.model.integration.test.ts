import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { conflictScene, runConflictScene } from '#test/contracts/conflict-model-run.ts';
import { type Engine, startDynalite } from '#test/engines/dynalite.ts';
import { tableStores } from '#test/engines/test-stores.ts';

const RUNS = Number(process.env.MODEL_RUNS ?? 25);
const SEED = Number(process.env.MODEL_SEED ?? Date.now() % 1_000_000);

describe('Conflicts on dynalite, as a model', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startDynalite();
  });
  afterAll(() => engine.stop());

  it(`are what the rules say, whatever happens at once: seed ${SEED}`, { timeout: 300_000 }, async () => {
    const stores = tableStores(await engine.createTable());
    let round = 0;
    await fc.assert(
      fc.asyncProperty(conflictScene, async (scene) => {
        round += 1;
        await runConflictScene(stores, scene, `skill-${round}`);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });
});
