import { describe, expect, it } from 'vitest';
import { createScene, HOUR, MINUTE, SECOND, smallTickets } from './sync-scene.ts';

describe('createTicketSync', () => {
  it('takes in what there is, and then nothing', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(2_500) } });
    const run = await scene.run();
    expect(run).toMatchObject({ status: 'success', stage: 'assign' });
    expect(run.counts).toMatchObject({ pages: 3, seen: 2500, new: 2500, pending: 2500 });
    expect(scene.entries()).toHaveLength(2500);
    await scene.clock.advance(HOUR);
    scene.sim.stats.reset();
    const [states, tickets] = [scene.stateWrites.length, scene.ticketWrites.length];
    const quiet = await scene.run();
    expect(quiet.counts).toMatchObject({ pages: 1, seen: 0, pending: 2500 });
    expect(scene.sim.stats.byRoute).toEqual({ incremental_tickets: 1, oauth_token: 1 });
    expect([scene.stateWrites.length, scene.ticketWrites.length]).toEqual([states, tickets]);
  });

  it('takes 10,000 tickets in 75 s at ten calls a minute', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(10_000) } });
    const began = scene.clock.now();
    const run = await scene.run();
    expect(run.counts).toMatchObject({ seen: 10_000, new: 10_000 });
    expect(scene.clock.now() - began).toBeLessThanOrEqual(75 * SECOND);
    expect(scene.sim.stats.maxPerMinute('incremental')).toBeLessThanOrEqual(10);
    expect(scene.sim.stats.byStatus[429]).toBeUndefined();
  });

  it('hands a sync by hand on to where issues are made, and any other run to the analysis', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) } });
    const byHand = await scene.invoke({ event: { task: 'sync' } });
    expect(byHand).toMatchObject({ status: 'interrupted', stage: 'assign', counts: { pending: 3 } });
    expect(scene.assigned).toEqual([{ trigger: 'manual', task: 'sync', run_id: byHand.runId }]);
    expect(scene.analysed).toEqual([]);
    const hourly = await scene.run({ trigger: 'schedule' });
    expect(hourly).toMatchObject({
      status: 'interrupted',
      job: 'ticket_sync',
      reason: expect.stringContaining('analysis'),
    });
    const nightly = await scene.run({
      trigger: 'manual',
      event: { task: 'pipeline', batch_size: 50, backfill_days: 2 },
    });
    expect(nightly).toMatchObject({ status: 'interrupted', job: 'daily_sync' });
    expect(scene.assigned).toHaveLength(1);
    expect(scene.analysed).toEqual([
      { trigger: 'schedule', task: 'sync', run_id: hourly.runId },
      { trigger: 'manual', task: 'pipeline', run_id: nightly.runId, batch_size: 50, backfill_days: 2 },
    ]);
  });

  it('tells how old the copy is: from the last time that the export was read to its end', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) } });
    scene.sim.faults.add({ kind: 'forbidden', route: 'incremental_tickets' });
    await scene.run();
    expect(scene.sync.outcome()).toEqual({ complete: false, cursorAgeMs: undefined });
    await scene.run();
    expect(scene.sync.outcome()).toEqual({ complete: true, cursorAgeMs: 0 });
    await scene.clock.advance(3 * HOUR);
    scene.sim.faults.add({ kind: 'forbidden', route: 'incremental_tickets' });
    await scene.run();
    const { complete, cursorAgeMs = 0 } = scene.sync.outcome();
    expect(complete).toBe(false);
    expect(Math.abs(cursorAgeMs - 3 * HOUR)).toBeLessThan(MINUTE);
  });

  it('takes a sync that found nothing new for one that was there, though it has written nothing', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) } });
    await scene.run();
    for (let hours = 0; hours < 3; hours += 1) {
      await scene.clock.advance(10 * HOUR);
      await scene.run({ trigger: hours === 1 ? 'schedule' : 'manual' });
    }
    expect(scene.stateWrites).toHaveLength(1);
    await scene.clock.advance(HOUR);
    scene.sim.faults.add({ kind: 'forbidden', route: 'incremental_tickets' });
    await scene.run();
    const { complete, cursorAgeMs = 0 } = scene.sync.outcome();
    expect(complete).toBe(false);
    expect(Math.abs(cursorAgeMs - HOUR)).toBeLessThan(MINUTE);
  });

  it('ties no account to the copy that has given nothing', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) } });
    scene.sim.faults.add({ kind: 'forbidden', route: 'incremental_tickets' });
    await scene.run();
    expect(await scene.stores.syncStates.account()).toBeUndefined();
    await scene.run();
    expect(await scene.stores.syncStates.account()).toBe('atom');
  });

  it('knows of the calls of a run that failed before anything came in', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(100) }, settings: { pageSize: 10 } });
    scene.sim.faults.add({ kind: 'status', status: 503, route: 'incremental_tickets', times: 6 });
    expect(await scene.run()).toMatchObject({ status: 'failed' });
    expect(await scene.run()).toMatchObject({ status: 'success', counts: { new: 100 } });
    expect(scene.sim.stats.maxPerMinute('incremental')).toBeLessThanOrEqual(10);
  });

  it('takes it that a process that died has called six times without a word of it', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(100) }, settings: { pageSize: 10 } });
    await scene.jobs.acquire('tickets', '01M8EE0VG00000000000000000', scene.clock.now(), 15 * SECOND);
    await scene.clock.advance(16 * SECOND);
    const began = scene.clock.now();
    expect(await scene.run()).toMatchObject({ status: 'success', counts: { new: 100 } });
    const atOnce = scene.sim.stats.times('incremental_tickets').filter((at) => at < began + 30 * SECOND);
    expect(atOnce).toHaveLength(4);
  });

  it('writes nothing more once another run holds the lease', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(300) }, settings: { pageSize: 100 } });
    scene.sim.faults.add({
      kind: 'mutate',
      route: 'incremental_tickets',
      after: 1,
      run: async () => {
        await scene.stores.syncStates.write(
          { subdomain: 'atom', startTime: 0, requestTimes: [], failedTickets: [] },
          99,
        );
        await scene.stores.tickets.change('150', () => ({
          next: { kind: 'deleted', id: '150', generatedAt: 1, fence: 99, revision: 0, deletedAt: 1 },
          result: undefined,
        }));
      },
    });
    expect(await scene.run()).toMatchObject({ status: 'interrupted' });
    expect(await scene.entry(150)).toMatchObject({ fence: 99 });
    expect(await scene.state()).toMatchObject({ startTime: 0 });
  });
});
