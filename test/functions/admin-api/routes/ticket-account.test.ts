import { beforeEach, describe, expect, it } from 'vitest';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { putLiveRun, spend, withTickets } from '#test/functions/admin-api/fill-tickets.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

describe('GET /api/tickets/usage', () => {
  const usage = async (query = '') => (await call(world, { path: `/api/tickets/usage${query}` })).body;

  it('tells what a month has cost, and what is left now', async () => {
    await spend(world, 500_000);
    await spend(world, 250_000, NOW - 86_400_000);
    await spend(world, 125_000, NOW - 30 * 86_400_000);

    const line = { model: 'claude-haiku-5-5', purpose: 'analysis', requests: 1 };
    const tokens = { in: 1_500, out: 300, cache_read: 7 };
    expect(await usage()).toEqual({
      success: true,
      month: '2026-02',
      total: { requests: 2, cost_usd: 0.75, tokens: { in: 3_000, out: 600, cache_read: 14 } },
      days: [
        { date: '2026-02-18', ...line, cost_usd: 0.25, tokens },
        { date: '2026-02-19', ...line, cost_usd: 0.5, tokens },
      ],
      budget: {
        day: { limit_usd: 2, spent_usd: 0.5, left_usd: 1.5, resets_at: '2026-02-20T00:00:00.000Z' },
        month: { limit_usd: 20, spent_usd: 0.75, left_usd: 19.25, resets_at: '2026-03-01T00:00:00.000Z' },
        run: { limit_usd: 2 },
      },
    });
    expect(await usage('?month=2026-01')).toMatchObject({
      ...{ month: '2026-01', days: [{ date: '2026-01-20', cost_usd: 0.125 }] },
      budget: { month: { spent_usd: 0.75 } },
    });
  });

  it('is empty where the tickets are not deployed', async () => {
    world = withTickets(world, undefined);

    expect(await usage()).toMatchObject({ month: '2026-02', days: [], budget: null });
  });

  it.each(['2026-13', '2026', '2026-1', '26-01', '2026-02-01', ''])('refuses the month %s', async (month) => {
    expect(await usage(`?month=${month}`)).toMatchObject({ error: 'validation_failed' });
  });
});

describe('POST /api/tickets/reset', () => {
  const reset = (body: unknown) => call(world, { method: 'POST', path: '/api/tickets/reset', body });
  const state = { startTime: 0, cursor: 'c', requestTimes: [], failedTickets: [] };

  beforeEach(async () => {
    await world.stores.syncStates.write({ subdomain: 'acme-sandbox', ...state }, 1);
  });

  it.each(['acme', 'acme-sandbox'])('forgets the account where %s is named', async (confirm) => {
    expect(await reset({ confirm })).toMatchObject({ status: 200, body: { forgotten: 'acme-sandbox' } });
    expect(await world.stores.syncStates.account()).toBeUndefined();
    expect(await world.stores.syncStates.read('acme-sandbox')).toBeUndefined();
  });

  it('does so while the tickets are switched off', async () => {
    world = withTickets(world, { enabled: false });

    expect((await reset({ confirm: 'acme' })).status).toBe(200);
  });

  it('wants the name, and says it', async () => {
    expect(await reset({ confirm: 'yes' })).toMatchObject({
      status: 400,
      body: { details: [{ field: 'confirm', message: expect.stringMatching(/acme or acme-sandbox/) }] },
    });
    for (const body of [undefined, {}, { confirm: true }, { confirm: '' }]) {
      expect((await reset(body)).status).toBe(400);
    }
    expect(await world.stores.syncStates.account()).toBe('acme-sandbox');
  });

  it('does nothing beside a run', async () => {
    const { runId } = await putLiveRun(world);

    expect(await reset({ confirm: 'acme' })).toMatchObject({
      status: 409,
      body: { error: 'run_in_progress', run_id: runId },
    });
    expect(await world.stores.syncStates.account()).toBe('acme-sandbox');
  });

  it('says what to set where the tickets are not deployed', async () => {
    world = withTickets(world, undefined);

    expect(await reset({ confirm: 'acme' })).toMatchObject({
      status: 409,
      body: { error: 'tickets_disabled' },
    });
  });
});
