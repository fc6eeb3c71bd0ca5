import { describe, expect, it } from 'vitest';
import { TICKET_WORKER } from '#core/tickets/ticket-event.ts';
import { createAnalysisWorld, DAY, HOUR, MINUTE } from './analysis-world.ts';

const HOURLY = { trigger: 'schedule', task: 'sync' };
const NIGHT = { trigger: 'schedule', task: 'pipeline' };
const BY_HAND = { trigger: 'manual', task: 'analyze' };
const USD = 1_000_000;

describe('Function: analyseTickets', () => {
  it('asks Claude nothing, and writes nothing but the run, where nothing waits', async () => {
    const world = createAnalysisWorld();
    await world.addMany(5);
    await world.run(HOURLY);
    const { requests } = world.claude.stats;
    world.world.calls.length = 0;
    const run = await world.run(HOURLY);

    expect(run).toMatchObject({ status: 'success', counts: { pending: 0 } });
    expect(world.claude.stats.requests).toBe(requests);
    const writes = world.world.calls.filter((name) =>
      /^(tickets\.(change|putRaw)|batches\.put|poll\.)/.test(name),
    );
    expect(writes).toEqual([]);
  });

  it('completes without a key, and says so once', async () => {
    const world = createAnalysisWorld();
    world.world.apiKey = '';
    await world.addMany(3);
    const run = await world.run(NIGHT);

    expect(run).toMatchObject({
      status: 'success',
      counts: { pending: 3 },
      notes: [{ stage: 'analyse', code: 'claude_not_configured' }],
    });
    expect(world.claude.stats.requests).toBe(0);
  });

  it('waits a minute for a batch, then pauses, and is resumed by a schedule that ends with it', async () => {
    const world = createAnalysisWorld({ claude: { settings: { batchSeconds: 1_000 } } });
    await world.addMany(30);
    const run = await world.run(NIGHT);
    const event = world.poll.event();

    expect(run).toMatchObject({ status: 'interrupted', stage: 'wait_batch', counts: { analysed: 1 } });
    expect(world.clock.now() - run.startedAt).toBeLessThan(2 * MINUTE);
    expect(event).toEqual({ trigger: 'schedule', task: 'pipeline', run_id: run.runId });
    await world.drain();
    const ended = await world.stores.runs.get(run.runId, world.clock.now());
    expect(ended).toMatchObject({ status: 'success', counts: { analysed: 30, pending: 0 } });
    expect(world.poll.event()).toBeUndefined();
    expect(world.events).toMatchObject([{ type: 'run.completed', data: { run_id: run.runId } }]);
  });

  it('analyses no more when it is resumed than it set out to', async () => {
    const world = createAnalysisWorld({ claude: { settings: { batchSeconds: 1_000 } } });
    await world.addMany(60);
    const { runId } = await world.run({ ...BY_HAND, batch_size: 30 });
    await world.drain();

    const ended = await world.stores.runs.get(runId, world.clock.now());
    expect(ended).toMatchObject({ status: 'success', progress: { done: 30, total: 30 } });
    expect(await world.statuses()).toEqual({ done: 30, pending: 30 });
  });

  it('lets a run that is to begin while another waits for its batch go ahead', async () => {
    const world = createAnalysisWorld({ claude: { settings: { batchSeconds: 1_000 } } });
    await world.addMany(30);
    await world.run(NIGHT);
    await world.add('99', 'Login', 'I cannot log in.');
    const hourly = await world.run(HOURLY);

    expect(hourly).toMatchObject({ status: 'success', counts: { analysed: 1 } });
  });

  it('trap 41: goes through a backfill in daily portions, and never beyond a budget', async () => {
    const limits = { perDay: 0.02 * USD, perMonth: 0.05 * USD, perRun: 1 * USD };
    const world = createAnalysisWorld({ settings: { limits, directMax: 500 } });
    await world.addMany(300);
    const spent: number[] = [];
    for (let day = 0; day < 5; day += 1) {
      const before = world.claude.stats.costUsd * USD;
      const run = await world.run({ ...BY_HAND, batch_size: 500 });
      expect(run.status).toBe('success');
      spent.push(world.claude.stats.costUsd * USD - before);
      await world.clock.advance(DAY);
    }

    for (const cost of spent) expect(cost).toBeLessThanOrEqual(limits.perDay);
    expect(spent[0]).toBeGreaterThan(0.7 * limits.perDay);
    // The fifth day is the first of the next month.
    const ofMonth = spent.slice(0, 4).reduce((sum, cost) => sum + cost, 0);
    expect(ofMonth).toBeLessThanOrEqual(limits.perMonth);
    expect(spent[4]).toBeGreaterThan(0.7 * limits.perDay);
  });

  it.each([
    ['day', { perDay: 0.003 * USD }, 'CLAUDE_BUDGET_USD_PER_DAY'],
    ['month', { perMonth: 0.003 * USD }, 'CLAUDE_BUDGET_USD_PER_MONTH'],
    ['run', { perRun: 0.003 * USD }, 'CLAUDE_BUDGET_USD_PER_RUN'],
  ])('stops at the budget of a %s, names it, and leaves the rest waiting', async (_which, limit, setting) => {
    const limits = { perDay: 9 * USD, perMonth: 9 * USD, perRun: 9 * USD, ...limit };
    const world = createAnalysisWorld({ settings: { limits } });
    await world.addMany(20);
    const run = await world.run(HOURLY);

    expect(run).toMatchObject({
      status: 'success',
      notes: [{ code: 'budget_exhausted', message: expect.stringContaining(setting) }],
    });
    expect(run.counts.pending).toBeGreaterThan(0);
    expect(world.claude.stats.costUsd * USD).toBeLessThanOrEqual(0.003 * USD);
    expect(await world.statuses()).toEqual({ done: run.counts.analysed, pending: run.counts.pending });
  });

  it('asks nothing where a budget is 0', async () => {
    const world = createAnalysisWorld({ settings: { limits: { perDay: 0, perMonth: USD, perRun: USD } } });
    await world.addMany(2);
    const run = await world.run(HOURLY);

    expect(run.notes).toMatchObject([{ code: 'budget_exhausted' }]);
    expect(world.claude.stats.byRoute.messages).toBeUndefined();
  });

  it('trap 45: leaves analyses of another schema version alone, and says which each is of', async () => {
    const world = createAnalysisWorld();
    await world.add('1', 'Export', 'The export fails.');
    await world.run(HOURLY);
    await world.stores.tickets.change('1', (entry) => {
      if (entry?.kind !== 'live' || entry.analysed === null) return { result: undefined };
      return { next: { ...entry, analysed: { ...entry.analysed, schemaVersion: 0 } }, result: undefined };
    });
    const run = await world.run(HOURLY);

    expect(run.counts.analysed ?? 0).toBe(0);
    expect((await world.ticket('1')).analysed?.schemaVersion).toBe(0);
  });

  it('keeps an operator’s correction over a new analysis', async () => {
    const world = createAnalysisWorld();
    await world.add('1', 'Export', 'The export fails.');
    await world.run(HOURLY);
    await world.stores.tickets.change('1', (entry) => {
      if (entry?.kind !== 'live') return { result: undefined };
      return { next: { ...entry, correction: { severity: 'low' } }, result: undefined };
    });
    await world.clock.advance(HOUR);
    await world.add('1', 'Export', 'The export fails, and so does the import.');
    await world.run(HOURLY);

    const ticket = await world.ticket('1');
    expect(ticket).toMatchObject({ analysis: { status: 'done' }, correction: { severity: 'low' } });
    expect(await world.stores.tickets.history('1')).toHaveLength(2);
  });

  it('ends where an operator cancels it, and keeps what was analysed', async () => {
    const world = createAnalysisWorld({
      settings: { mode: 'direct', batchSize: 500 },
      claude: { settings: { latencyMs: 20_000 } },
    });
    await world.addMany(400);
    const running = world.run(BY_HAND);
    await world.clock.advance(0);
    const cancelAt = world.clock.now() + MINUTE;
    while (world.clock.now() < cancelAt) await new Promise((resolve) => setImmediate(resolve));
    const [id] = [...world.memory.runs.keys()];
    await world.stores.jobs.cancel(TICKET_WORKER, String(id));
    const run = await running;

    expect(run).toMatchObject({ status: 'failed', error: { code: 'cancelled' } });
    const { done = 0, pending = 0 } = await world.statuses();
    expect(done).toBeGreaterThan(40);
    expect(pending).toBeGreaterThan(40);
    expect((await world.month()).open).toEqual({});
    expect(world.invoked).toEqual([]);
  });

  it('tells outside of a failed run', async () => {
    const world = createAnalysisWorld();
    await world.addMany(1);
    world.claude.switches.add({ kind: 'unauthorized', times: 'always' });
    await world.run(HOURLY);

    expect(world.events).toMatchObject([{ type: 'run.failed', data: { error: { code: 'claude_auth' } } }]);
  });
});
