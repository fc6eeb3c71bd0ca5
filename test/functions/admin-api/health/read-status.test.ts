import { describe, expect, it } from 'vitest';
import { RatingStatus } from '#core/ratings/rating.ts';
import { rated } from '#core/ratings/rating-state.ts';
import { JobId } from '#core/runs/run.ts';
import { readJob, readRatingCounts } from '#functions/admin-api/health/read-status.ts';
import { NOW, RUN_ID } from '#test/functions/admin-api/example-records.ts';
import { holdLease, putRun } from '#test/functions/admin-api/fill-world.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';

describe('Function: readJob', () => {
  it('reads the run only while one holds the lease', async () => {
    const world = createWorld();
    await putRun(world, { status: 'running', endedAt: undefined });
    await holdLease(world, JobId.skillSync, NOW + 1);

    expect(await readJob(world.services, JobId.skillSync)).toMatchObject({
      running: true,
      current: { runId: RUN_ID },
    });
    world.clock += 1;
    expect(await readJob(world.services, JobId.skillSync)).toMatchObject({
      running: false,
      current: undefined,
    });
    expect(world.reads).toEqual([`state ${JobId.skillSync}`, `run ${RUN_ID}`, `state ${JobId.skillSync}`]);
  });
});

describe('Function: readRatingCounts', () => {
  it('counts what waits and what failed by the list, what arrived by the tally', async () => {
    const world = createWorld();
    for (const status of Object.values(RatingStatus)) {
      const key = { skillId: 'a', userId: status };
      const dueAt = status === 'synced' ? undefined : NOW;
      await world.stores.ratings.change(key, () => ({
        ...rated(undefined, key, { rating: 3 }, NOW),
        status,
        dueAt,
      }));
    }

    expect(await readRatingCounts(world.services)).toEqual({
      pending: 2,
      synced: await world.stores.tally.read(),
      failed: 2,
    });
  });
});
