import { beforeEach, describe, expect, it } from 'vitest';
import { call } from '#test/functions/admin-api/call-api.ts';
import {
  putAnalysed,
  putLiveRun,
  putTicket,
  spend,
  withTickets,
} from '#test/functions/admin-api/fill-tickets.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

const start = (world: World, task: string, body?: unknown) =>
  call(world, { method: 'POST', path: `/api/tasks/${task}`, body });
const worker = async (world: World) =>
  (await call(world, { path: '/api/tasks/worker/status', token: 'SUPERVISED' })).body;

let world: World;
beforeEach(() => {
  world = createWorld();
});

describe('POST /api/tasks/pipeline with dry_run', () => {
  const dryRun = async () => (await start(world, 'pipeline', { dry_run: true, backfill_days: 30 })).body;

  it('estimates by what waits, starts nothing and asks nobody', async () => {
    await putTicket(world, { id: '1' });
    await putTicket(world, { id: '2' });
    await putAnalysed(world, { id: '3' });
    const { success, estimate } = await dryRun();

    expect(success).toBe(true);
    expect(estimate).toMatchObject({ tickets: 2, output_tokens: 700, minutes: 1 });
    expect(estimate.input_tokens).toBeGreaterThan(2_000);
    expect(estimate.cost_usd).toBeGreaterThan(0);
    expect(estimate.cost_usd).toBeLessThan(0.002);
    expect(world.started).toEqual([]);
    expect(await worker(world)).toMatchObject({ status: 'idle' });
  });

  it('is nothing where nothing waits', async () => {
    expect((await dryRun()).estimate).toEqual({
      ...{ tickets: 0, input_tokens: 0, output_tokens: 0, cost_usd: 0, minutes: 0 },
    });
  });

  it('costs half for more than are analysed directly', async () => {
    for (const id of ['1', '2', '3']) await putTicket(world, { id });
    const direct = (await dryRun()).estimate;
    world = withTickets(world, { directMax: 2 });
    const batch = (await dryRun()).estimate;

    expect(batch.minutes).toBe(60);
    expect(batch.cost_usd / direct.cost_usd).toBeCloseTo(0.5, 1);
  });

  it('is answered while a run is under way and the budget is used up', async () => {
    await spend(world, 2_000_000);
    await putLiveRun(world);

    expect((await dryRun()).success).toBe(true);
  });
});
