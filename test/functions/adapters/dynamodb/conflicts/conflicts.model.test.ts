import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conflictScene, runConflictScene } from '#test/contracts/conflict-model-run.ts';
import { openMemoryStores } from '#test/engines/test-stores.ts';

const RUNS = Number(process.env.MODEL_RUNS ?? 3_000);
const SEED = Number(process.env.MODEL_SEED ?? Date.now() % 1_000_000);

describe('Conflicts in memory, as a model', () => {
  it(`are what the rules say after any polls, frames, edits and resolutions: seed ${SEED}`, {
    timeout: 300_000,
  }, async () => {
    const ends = new Set<string>();
    await fc.assert(
      fc.asyncProperty(conflictScene, async (scene) => {
        const stores = await openMemoryStores();
        await runConflictScene(stores, scene, 'a');
        const { resolved } = await stores.conflicts.totals();
        for (const [end, count] of Object.entries(resolved)) if (count > 0) ends.add(end);
      }),
      { numRuns: RUNS, seed: SEED },
    );
    // Else the scenes would not reach what they are about.
    if (RUNS >= 1_000)
      expect([...ends].sort()).toEqual(['converged', 'local_wins', 'merge', 'remote_wins', 'withdrawn']);
  });
});
