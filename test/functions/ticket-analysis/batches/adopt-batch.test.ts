import { describe, expect, it } from 'vitest';
import { createAnalysisWorld, MINUTE } from '#test/functions/ticket-analysis/analysis-world.ts';

const NIGHT = { trigger: 'schedule', task: 'pipeline' };
const HOURLY = { trigger: 'schedule', task: 'sync' };

/** A world in which a run died that had asked for a batch. */
async function withOrphan() {
  const world = createAnalysisWorld({ claude: { settings: { batchSeconds: 3_600 } } });
  await world.addMany(30);
  await world.kill(NIGHT, (_call, name) => (name === 'claude.fetch' && isSubmitted() ? 'before' : undefined));
  const isLeft = (await world.stores.batches.open()).length === 1;
  function isSubmitted(): boolean {
    return world.claude.batches.list().length === 1;
  }
  expect(isLeft).toBe(true);
  return world;
}

describe('Function: adoptBatch', () => {
  it('has the next night’s run wait for the batch of one that died', async () => {
    const world = await withOrphan();
    const run = await world.run(NIGHT);

    expect(run).toMatchObject({ status: 'interrupted', stage: 'wait_batch' });
    expect(await world.stores.batches.open()).toMatchObject([{ runId: run.runId }]);
    expect(world.poll.event()).toMatchObject({ run_id: run.runId });
    await world.drain();
    expect(await world.statuses()).toEqual({ done: 30 });
    expect(world.poll.event()).toBeUndefined();
    expect(world.claude.batches.list()).toHaveLength(1);
    expect(world.claude.stats.paidTwice()).toEqual([]);
  });

  it('keeps no hourly run waiting: it takes what has ended, and is done', async () => {
    const world = await withOrphan();
    expect(await world.run(HOURLY)).toMatchObject({ status: 'success' });
    await world.clock.advance(60 * MINUTE);
    expect(await world.run(HOURLY)).toMatchObject({ status: 'success', counts: { pending: 0 } });
    expect(await world.statuses()).toEqual({ done: 30 });
  });

  it('leaves the batch of a run that waits to that run', async () => {
    const world = createAnalysisWorld({ claude: { settings: { batchSeconds: 1_000 } } });
    await world.addMany(30);
    const { runId } = await world.run(NIGHT);
    await world.run(NIGHT);
    expect(await world.stores.batches.open()).toMatchObject([{ runId }]);
  });
});
