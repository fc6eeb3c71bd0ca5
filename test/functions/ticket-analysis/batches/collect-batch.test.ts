import { describe, expect, it } from 'vitest';
import {
  type AnalysisWorld,
  createAnalysisWorld,
  DAY,
} from '#test/functions/ticket-analysis/analysis-world.ts';

const NIGHT = { trigger: 'schedule', task: 'pipeline' };
type Fault = Parameters<AnalysisWorld['claude']['switches']['add']>[0];

async function collected(faults: readonly Fault[], count = 30, batchSeconds = 600) {
  const world = createAnalysisWorld({ claude: { settings: { batchSeconds } } });
  await world.addMany(count);
  for (const fault of faults) world.claude.switches.add(fault);
  const run = await world.run(NIGHT);
  await world.drain(400);
  const ended = await world.stores.runs.get(run.runId, world.clock.now());
  return { world, run: ended! };
}

/** Each ticket has the analysis of its own text. */
async function expectOwnAnalyses(world: AnalysisWorld, count: number) {
  for (let n = 1; n <= count; n += 1) {
    const { analysed } = await world.ticket(String(n));
    expect(analysed?.analysis.summary, `ticket ${n}`).toContain(`Ticket ${n}:`);
  }
}

describe('Function: collectBatch', () => {
  it('trap 32: gives each ticket its own analysis, in whatever order the results come', async () => {
    const { world, run } = await collected([]);

    await expectOwnAnalyses(world, 30);
    expect(run).toMatchObject({ status: 'success', counts: { analysed: 30, pending: 0 } });
    expect(await world.stores.batches.open()).toEqual([]);
    expect(world.claude.stats.paidTwice()).toEqual([]);
  });

  it('trap 32: leaves results aside that belong to no request, says so, and asks for the tickets again', async () => {
    const item = { kind: 'item', outcome: 'renamed' } as const;
    const { world, run } = await collected([{ ...item, times: 2 }]);

    expect(run.notes).toMatchObject([{ code: 'unknown_results' }]);
    expect(await world.statuses()).toEqual({ done: 30 });
    await expectOwnAnalyses(world, 30);
  });

  it.each(['duplicated', 'garbled', 'missing'] as const)('outlives a result that is %s', async (outcome) => {
    const { world } = await collected([{ kind: 'item', outcome, times: 3 }]);

    expect(await world.statuses()).toEqual({ done: 30 });
    expect((await world.month()).open).toEqual({});
  });

  it.each(['errored', 'expired', 'canceled'] as const)(
    'trap 34: has a ticket whose request %s wait again with one more attempt, and is not charged for it',
    async (outcome) => {
      const { world, run } = await collected([{ kind: 'item', outcome, times: 5 }]);

      expect(run.counts.analysed).toBe(30);
      expect(await world.statuses()).toEqual({ done: 30 });
      // The five were asked about again, and paid once.
      expect(world.claude.stats.batch.messages + world.claude.stats.direct.messages).toBe(30);
    },
  );

  it('trap 34: gives a ticket up at the third attempt, with the reason', async () => {
    const world = createAnalysisWorld({ settings: { mode: 'batch' } });
    await world.addMany(3);
    world.claude.switches.add({ kind: 'item', outcome: 'errored', text: 'number 2 fails', times: 'always' });
    world.claude.switches.add({
      kind: 'error',
      type: 'invalid_request_error',
      route: 'messages',
      text: 'number 2 fails',
      times: 'always',
    });
    for (let night = 0; night < 4; night += 1) {
      await world.run(NIGHT);
      await world.drain();
      await world.clock.advance(DAY);
    }

    expect(await world.statuses()).toEqual({ done: 2, failed: 1 });
    expect((await world.ticket('2')).analysis).toMatchObject({ attempts: 3, reason: expect.any(String) });
  });

  it('trap 34: asks again for all of a batch that Claude let expire', async () => {
    const { world, run } = await collected([], 30, 100_000 * 3_600);

    expect(run).toMatchObject({ status: 'success', counts: { analysed: 1, pending: 29 } });
    expect(await world.stores.tickets.counts()).toMatchObject({ batched: 0 });
    const { analysis } = await world.ticket('15');
    expect(analysis).toMatchObject({ status: 'pending', attempts: 1 });
    expect(world.claude.stats.batch.messages).toBe(0);
    // What the batch had reserved is there to be spent again.
    expect((await world.month()).open).toEqual({});
  });

  it('asks with more room for what was cut in a batch', async () => {
    const { world } = await collected([{ kind: 'max_tokens', route: 'batch_item', times: 2 }]);

    expect(await world.statuses()).toEqual({ done: 30 });
    const rooms = world.claude.stats.bodies.map((body) => JSON.parse(body).max_tokens);
    expect(rooms.filter((room) => room === 4_096)).toHaveLength(2);
  });

  it('counts what it cost once, at half the price', async () => {
    const { world, run } = await collected([]);

    const { batch, direct } = world.claude.stats;
    const paid = batch.costMicroUsd + direct.costMicroUsd;
    expect(run.counts.cost_micro_usd).toBeGreaterThanOrEqual(paid);
    expect(run.counts.cost_micro_usd).toBeLessThan(paid + 30);
    const uses = (await world.month()).days['27']?.uses['claude-haiku-5-5/analysis'];
    expect(uses).toMatchObject({ requests: 30, costMicroUsd: run.counts.cost_micro_usd });
  });

  it('collects again, from the start, what broke off in the middle', async () => {
    const { world, run } = await collected([{ kind: 'cut', route: 'batch_results', share: 0.4, times: 2 }]);

    expect(await world.statuses()).toEqual({ done: 30 });
    expect(run.counts.analysed).toBe(30);
    for (let n = 1; n <= 30; n += 1) {
      expect(await world.stores.tickets.history(String(n))).toHaveLength(1);
    }
  });

  it('gives up a batch whose results are kept no longer', async () => {
    const world = createAnalysisWorld({ claude: { settings: { batchSeconds: 600 } } });
    await world.addMany(30);
    await world.run(NIGHT);
    await world.clock.advance(31 * DAY);
    await world.drain();

    expect(await world.stores.batches.open()).toEqual([]);
    expect(await world.stores.tickets.counts()).toMatchObject({ batched: 0 });
  });

  it('leaves alone what says something else by now', async () => {
    const world = createAnalysisWorld({ claude: { settings: { batchSeconds: 600 } } });
    await world.addMany(30);
    await world.run(NIGHT);
    await world.clock.advance(1_000);
    const changed = await world.add('30', 'Import', 'Now it is the import that fails.');
    await world.drain();

    expect(changed.analysis.status).toBe('pending');
    const { analysed } = await world.ticket('30');
    expect(analysed?.analysis.summary).toContain('import');
    expect(await world.stores.tickets.history('30')).toHaveLength(1);
  });
});
