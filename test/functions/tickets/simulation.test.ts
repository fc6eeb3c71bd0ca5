import { describe, expect, it } from 'vitest';
import { wrongsOf } from './assess-course.ts';
import { livedThrough } from './simulated-course.ts';

/**
 * The same thousand at each time, so that what fails here is what was changed. `RUN_SEED=$RANDOM RUNS=10000` looks for
 * new ones; `RUN_SEED` and `RUNS=1` repeat one that failed.
 */
const RUNS = Number(process.env.RUNS ?? 1_000);
const SEED = Number(process.env.RUN_SEED ?? 1);

describe(`The ticket pipeline in ${RUNS} troubled courses (RUN_SEED=${SEED})`, () => {
  it('loses no ticket, stores none twice and pays for nothing twice', { timeout: 30 * 60_000 }, async () => {
    for (let run = 0; run < RUNS; run += 1) {
      const course = await livedThrough(SEED + run);
      expect(await wrongsOf(course), `RUN_SEED=${SEED + run} RUNS=1`).toEqual([]);
    }
  });
});
