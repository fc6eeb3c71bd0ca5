import { describe, expect, it } from 'vitest';
import { createAnalysisWorld, NOON } from '#test/functions/ticket-analysis/analysis-world.ts';

const NIGHT = { trigger: 'schedule', task: 'pipeline' };
const USD = 1_000_000;

describe('Function: submitBatches', () => {
  it('trap 31: sends one request directly first, and no batch where Claude refuses its form', async () => {
    const world = createAnalysisWorld();
    await world.addMany(100);
    world.claude.switches.add({
      kind: 'error',
      type: 'invalid_request_error',
      route: 'messages',
      times: 'always',
    });
    const run = await world.run(NIGHT);

    expect(run).toMatchObject({ status: 'failed', error: { code: 'claude_refused_request' } });
    expect(world.claude.stats.byRoute.create_batch).toBeUndefined();
    expect(await world.statuses()).toEqual({ pending: 100 });
  });

  it('trap 31: puts all but the first into a batch', async () => {
    const world = createAnalysisWorld();
    await world.addMany(100);
    await world.run(NIGHT);

    expect(world.claude.stats.direct.messages).toBe(1);
    expect(world.claude.stats.batch.messages).toBe(99);
    expect(world.claude.stats.byRoute.create_batch).toBe(1);
  });

  it('writes the intent before it creates the batch, and marks its tickets', async () => {
    const world = createAnalysisWorld();
    await world.addMany(30);
    await world.kill(NIGHT, (_n, name) =>
      name === 'claude.fetch' && isSubmitted(world) ? 'before' : undefined,
    );

    const [batch] = await world.stores.batches.open();
    expect(batch).toMatchObject({ status: 'intent', tickets: { length: 29 }, createdAt: NOON });
    expect(await world.statuses()).toEqual({ done: 1, batched: 29 });
    expect(world.claude.stats.byRoute.create_batch).toBeUndefined();
    expect(batch?.reservationId && (await world.month()).open[batch.reservationId]).toMatchObject({
      purpose: 'analysis',
    });
  });

  it('asks in halves where Claude says that a batch is too large', async () => {
    const world = createAnalysisWorld();
    await world.addMany(40);
    world.claude.switches.add({ kind: 'too_large_html', route: 'create_batch', times: 2 });
    await world.run(NIGHT);

    expect(await world.statuses()).toEqual({ done: 40 });
    expect(world.claude.stats.byRoute.create_batch).toBeGreaterThan(2);
    expect(world.claude.stats.paidTwice()).toEqual([]);
    expect((await world.month()).open).toEqual({});
  });

  it('lets the tickets wait as before where Claude does not take the batch', async () => {
    const world = createAnalysisWorld();
    await world.addMany(40);
    world.claude.switches.add({ kind: 'tier_cap', route: 'create_batch' });
    const run = await world.run(NIGHT);

    expect(run).toMatchObject({ status: 'success', notes: [{ code: 'budget_exhausted' }] });
    expect(await world.statuses()).toEqual({ done: 1, pending: 39 });
    expect(await world.ticket('20')).toMatchObject({ analysis: { attempts: 0 } });
    expect((await world.month()).open).toEqual({});
    expect(await world.stores.batches.open()).toEqual([]);
  });

  it('submits when Claude is no longer overloaded', async () => {
    const world = createAnalysisWorld();
    await world.addMany(40);
    world.claude.switches.add({ kind: 'overloaded', route: 'create_batch', times: 3 });
    await world.run(NIGHT);

    expect(await world.statuses()).toEqual({ done: 40 });
    expect(world.claude.stats.byRouteAndStatus['create_batch 200']).toBe(1);
  });

  it('puts no more into a batch than the budget holds, and goes on when it is paid', async () => {
    const limits = { perDay: 0.03 * USD, perMonth: 20 * USD, perRun: 2 * USD };
    const world = createAnalysisWorld({ settings: { limits } });
    await world.addMany(60);
    const run = await world.run(NIGHT);

    // Much more is reserved for each than is paid for it in the end.
    expect(world.claude.stats.byRouteAndStatus['create_batch 200']).toBeGreaterThan(1);
    expect(run).toMatchObject({ status: 'success', counts: { analysed: 60 } });
    expect(world.claude.stats.costUsd * USD).toBeLessThanOrEqual(limits.perDay);
  });
});

/** The next call of Claude is the one that creates the batch. */
function isSubmitted({ memory }: ReturnType<typeof createAnalysisWorld>): boolean {
  return memory.analysisBatches.size > 0;
}
