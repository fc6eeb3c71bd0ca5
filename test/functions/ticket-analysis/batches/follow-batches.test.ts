import { describe, expect, it } from 'vitest';
import { TICKET_WORKER } from '#core/tickets/ticket-event.ts';
import { createAnalysisWorld, HOUR } from '#test/functions/ticket-analysis/analysis-world.ts';

const NIGHT = { trigger: 'schedule', task: 'pipeline' };
const HOURLY = { trigger: 'schedule', task: 'sync' };

async function waiting(batchSeconds = 1_800) {
  const world = createAnalysisWorld({ claude: { settings: { batchSeconds } } });
  await world.addMany(30);
  const run = await world.run(NIGHT);
  return { world, run };
}

describe('Function: followBatches', () => {
  it('cancels the batch of a run that was cancelled, and keeps what of it was analysed', async () => {
    const { world, run } = await waiting();
    await world.clock.advance(1_000);
    await world.stores.jobs.cancel(TICKET_WORKER, run.runId);
    await world.drain();

    expect(await world.stores.runs.get(run.runId, world.clock.now())).toMatchObject({
      status: 'failed',
      error: { code: 'cancelled' },
    });
    expect(world.claude.stats.byRoute.cancel_batch).toBeGreaterThanOrEqual(1);
    expect(await world.stores.batches.open()).toEqual([]);
    expect(await world.stores.tickets.counts()).toMatchObject({ batched: 0 });
    expect(world.poll.event()).toBeUndefined();
    expect((await world.month()).open).toEqual({});
    // Whoever cancelled the run wants nothing else analysed.
    expect(world.claude.stats.direct.messages).toBe(1);
  });

  it('collects another run’s batch, and has that run resumed at once', async () => {
    const { world, run } = await waiting();
    await world.clock.advance(HOUR);
    const hourly = await world.run(HOURLY);

    expect(hourly).toMatchObject({ status: 'success', counts: { analysed: 29 } });
    expect(world.invoked).toEqual([{ trigger: 'schedule', task: 'pipeline', run_id: run.runId }]);
    await world.drain();
    expect(await world.stores.runs.get(run.runId, world.clock.now())).toMatchObject({ status: 'success' });
    expect(world.poll.event()).toBeUndefined();
  });

  it('stands in no other run’s way', async () => {
    const { world, run } = await waiting();
    await world.add('99', 'Login', 'I cannot log in.');
    const hourly = await world.run(HOURLY);

    expect(hourly).toMatchObject({ status: 'success', counts: { analysed: 1, pending: 0 } });
    expect(world.poll.event()).toMatchObject({ run_id: run.runId });
  });

  it('serves two runs that wait for a batch each', async () => {
    const { world, run } = await waiting();
    for (let n = 100; n < 130; n += 1) await world.add(String(n), `Login ${n}`, 'I cannot log in.');
    const second = await world.run({ trigger: 'manual', task: 'analyze' });
    await world.drain();

    const now = world.clock.now();
    for (const { runId } of [run, second]) {
      expect(await world.stores.runs.get(runId, now)).toMatchObject({ status: 'success' });
    }
    expect(await world.statuses()).toEqual({ done: 60 });
    expect(world.poll.event()).toBeUndefined();
    expect(world.claude.stats.paidTwice()).toEqual([]);
  });
});
