import { describe, expect, it } from 'vitest';
import { createAnalysisWorld, HOUR, MINUTE } from '#test/functions/ticket-analysis/analysis-world.ts';

const HOURLY = { trigger: 'schedule', task: 'sync' };

describe('Function: analyseDirectly', () => {
  it('has fifty requests under way at once, and no more', async () => {
    const world = createAnalysisWorld({
      settings: { directMax: 300 },
      claude: { settings: { latencyMs: 2_000 } },
    });
    await world.addMany(300);
    const run = await world.run(HOURLY);

    expect(run.counts).toMatchObject({ analysed: 300, pending: 0 });
    expect(world.claude.stats.maxInFlight).toBe(50);
  });

  it('trap 39: stops at the spend limit of the account with one note, and the rest waits', async () => {
    const world = createAnalysisWorld();
    await world.addMany(10);
    world.claude.switches.add({ kind: 'spend_limit', route: 'messages', after: 3, times: 'always' });
    const run = await world.run(HOURLY);

    expect(run).toMatchObject({
      status: 'success',
      notes: [{ stage: 'analyse', code: 'budget_exhausted', message: expect.stringContaining('Anthropic') }],
    });
    expect(await world.statuses()).toEqual({ done: 3, pending: 7 });
    expect(world.claude.stats.byRouteAndStatus['messages 400']).toBeLessThanOrEqual(7);
  });

  it('trap 40: outlasts ten minutes of overload, and loses no ticket', async () => {
    const world = createAnalysisWorld();
    await world.addMany(15);
    const until = world.clock.now() + 10 * MINUTE;
    const { fetch } = world.claude;
    let refused = 0;
    world.world.fetch = async (...args) => {
      if (world.clock.now() >= until || !String(args[0]).endsWith('/messages')) return fetch(...args);
      refused += 1;
      const body = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
      return Response.json(body, { status: 529 });
    };
    const run = await world.run(HOURLY);
    await world.drain();

    expect(run.status).toBe('success');
    expect(await world.statuses()).toEqual({ done: 15 });
    expect(refused).toBeLessThan(30);
    expect(world.claude.stats.direct.messages).toBe(15);
  });

  it('fails the run after an outage that does not end, and what waits is analysed by the next', async () => {
    const world = createAnalysisWorld();
    await world.addMany(5);
    const id = world.claude.switches.add({ kind: 'overloaded', route: 'messages', times: 'always' });
    const run = await world.run(HOURLY);
    world.claude.switches.clear(id);
    await world.run(HOURLY);

    expect(run).toMatchObject({ status: 'failed', error: { code: 'claude_unavailable' } });
    expect(await world.statuses()).toEqual({ done: 5 });
  });

  it('waits as long as a 429 asks for', async () => {
    const world = createAnalysisWorld();
    await world.addMany(5);
    world.claude.switches.add({ kind: 'rate_limit', route: 'messages', retryAfterSeconds: 93 });
    const began = world.clock.now();
    await world.run(HOURLY);

    expect(world.clock.now() - began).toBeGreaterThanOrEqual(93_000);
    expect(await world.statuses()).toEqual({ done: 5 });
  });

  it.each([
    ['without a time', { kind: 'rate_limit', retryAfterSeconds: null } as const, 'claude_rate_limited'],
    ['for hours', { kind: 'rate_limit', retryAfterSeconds: 7_200 } as const, 'claude_rate_limited'],
    ['of the tier’s month', { kind: 'tier_cap' } as const, 'budget_exhausted'],
  ])('leaves the rest to a later run after a 429 %s', async (_which, fault, code) => {
    const world = createAnalysisWorld();
    await world.addMany(5);
    world.claude.switches.add({ ...fault, route: 'messages', after: 2, times: 'always' });
    const run = await world.run(HOURLY);

    expect(run).toMatchObject({ status: 'success', notes: [{ code }] });
    expect(await world.statuses()).toEqual({ done: 2, pending: 3 });
  });

  it('stops at once with a key that is not accepted', async () => {
    const world = createAnalysisWorld();
    await world.addMany(60);
    world.claude.switches.add({ kind: 'unauthorized', route: 'messages', times: 'always' });
    const run = await world.run({ trigger: 'manual', task: 'analyze' });

    expect(run).toMatchObject({
      status: 'failed',
      error: { code: 'claude_auth', message: expect.stringContaining('API key') },
    });
    expect(world.claude.stats.byRoute.messages).toBe(1);
    expect(await world.statuses()).toEqual({ pending: 60 });
    expect(JSON.stringify(world.lines)).not.toContain(world.claude.apiKey);
  });

  it('fails the ticket that Claude refuses, and no other', async () => {
    const world = createAnalysisWorld();
    await world.addMany(5);
    const fault = { kind: 'error', type: 'invalid_request_error' } as const;
    world.claude.switches.add({ ...fault, route: 'messages', text: 'number 3 fails', times: 'always' });
    world.claude.switches.add({
      kind: 'too_large_html',
      route: 'messages',
      text: 'number 4 fails',
      times: 'always',
    });
    for (let n = 0; n < 3; n += 1) await world.run(HOURLY);

    expect(await world.statuses()).toEqual({ done: 3, failed: 2 });
  });

  it('sends no fourth request where Claude refuses the first three', async () => {
    const world = createAnalysisWorld();
    await world.addMany(15);
    world.claude.switches.add({
      kind: 'error',
      type: 'invalid_request_error',
      route: 'messages',
      times: 'always',
    });
    const run = await world.run(HOURLY);

    expect(run).toMatchObject({ status: 'failed', error: { code: 'claude_refused_request' } });
    expect(world.claude.stats.byRoute.messages).toBe(3);
    expect(await world.statuses()).toEqual({ pending: 15 });
  });

  it('goes on in the next invocation with what one has no time for', async () => {
    const world = createAnalysisWorld({
      settings: { mode: 'direct', batchSize: 2_000, limits: { perDay: 1e9, perMonth: 1e9, perRun: 1e9 } },
      claude: { settings: { latencyMs: 28_000 } },
    });
    await world.addMany(1_800);
    const first = await world.run({ trigger: 'manual', task: 'analyze' });
    await world.drain();

    expect(first).toMatchObject({ status: 'interrupted' });
    expect(first.counts.analysed).toBeGreaterThan(1_000);
    expect(await world.stores.runs.get(first.runId, world.clock.now())).toMatchObject({
      status: 'success',
      counts: { analysed: 1_800 },
    });
    expect(world.claude.stats.paidTwice()).toEqual([]);
    expect(world.clock.now()).toBeLessThan(first.startedAt + HOUR);
  });
});
