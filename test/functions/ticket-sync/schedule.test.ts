import { describe, expect, it } from 'vitest';
import { scheduledRunId } from '#core/runs/run-id.ts';
import { createScene, DAY, HOUR, MINUTE, NOW, SECOND, smallTickets } from './sync-scene.ts';

type Scene = ReturnType<typeof createScene>;

/** What the schedule of 02:00 sends. */
const nightly = (scheduledAt: number) => ({
  trigger: 'schedule' as const,
  event: { task: 'pipeline' },
  scheduledAt,
  runId: scheduledRunId('daily_sync', scheduledAt),
});

async function wakeAt(scene: Scene, time: number): Promise<void> {
  await scene.clock.advance(time - scene.clock.now());
}

const TWO = NOW + 16 * HOUR;

describe('the schedule of the tickets', () => {
  it('trap 24: a backfill that is asked for while another run goes does not start', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(300) }, settings: { pageSize: 100 } });
    scene.sim.settings.latencyMs = 10 * SECOND;
    const first = scene.invoke(nightly(NOW));
    await scene.clock.advance(5 * SECOND);
    const second = await scene.invoke({ event: { task: 'sync', backfill_days: 90 } });
    expect(second).toMatchObject({ status: 'skipped', skipReason: 'already_running' });
    expect(await first).toMatchObject({ status: 'interrupted', counts: { new: 300 } });
    expect(second.blockedBy).toBe((await first).runId);
    expect(scene.ticketWrites).toHaveLength(300);
  });

  it('trap 24: the nightly run waits for its turn rather than be left out', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) } });
    scene.sim.settings.latencyMs = 30 * SECOND;
    const byHand = scene.invoke({ event: { task: 'sync' } });
    await scene.clock.advance(5 * SECOND);
    const night = scene.invoke(nightly(NOW));
    expect(await byHand).toMatchObject({ status: 'interrupted', stage: 'assign' });
    expect(await night).toMatchObject({ status: 'interrupted', counts: { pages: 1 } });
  });

  it.each([
    ['at 02:00', 0, 'interrupted'],
    ['at 02:40, when the machine wakes', 40 * MINUTE, 'interrupted'],
    ['not at 04:00', 2 * HOUR, 'skipped'],
  ])('trap 25: the run of 02:00 begins %s', async (_, late, status) => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) } });
    await wakeAt(scene, TWO + late);
    const run = await scene.run(nightly(TWO));
    expect(run).toMatchObject({ status, ...(status === 'skipped' && { skipReason: 'misfired' }) });
    expect(scene.exportCalls()).toBe(status === 'skipped' ? 0 : 1);
  });

  it('trap 25: events of one night that come twice, and of nights that were slept through, are one run', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) } });
    await wakeAt(scene, TWO + 3 * DAY + 40 * MINUTE);
    const nights = [0, 1, 2, 3, 3].map((days) => nightly(TWO + days * DAY));
    const statuses: string[] = [];
    for (const night of nights) statuses.push((await scene.run(night)).status);
    expect(statuses.slice(0, 4)).toEqual(['skipped', 'skipped', 'skipped', 'interrupted']);
    expect(new Set(scene.analysed.map((event) => (event as { run_id: string }).run_id)).size).toBe(1);
  });

  it('trap 25: an hourly sync that comes late is a sync all the same', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) } });
    await wakeAt(scene, NOW + 5 * HOUR);
    const run = await scene.run({ trigger: 'schedule', scheduledAt: NOW });
    expect(run).toMatchObject({ status: 'interrupted', counts: { new: 3 } });
  });

  it.each([
    ['the hour that does not exist', '2027-03-28T02:00:00Z'],
    ['the hour that is there twice', '2027-10-31T02:00:00Z'],
  ])('trap 30: in the night of %s there is one run, since 02:00 is that of UTC', async (_, time) => {
    const scene = createScene();
    const at = Date.parse(time);
    await wakeAt(scene, at - DAY);
    const statuses: string[] = [];
    for (const night of [at - DAY, at, at + DAY]) {
      await wakeAt(scene, night);
      statuses.push((await scene.run(nightly(night))).status);
    }
    expect(statuses).toEqual(['interrupted', 'interrupted', 'interrupted']);
    expect(new Set(scene.analysed.map((event) => (event as { run_id: string }).run_id)).size).toBe(3);
  });

  it('does nothing and says so where TICKETS_ENABLED is false', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) } });
    const run = await scene.run({ request: { enabled: false } });
    expect(run).toMatchObject({
      status: 'skipped',
      skipReason: 'disabled',
      reason: 'TICKETS_ENABLED is false.',
    });
    expect(scene.sim.stats.requests).toBe(0);
  });

  it('ends where an operator cancels it, and keeps what it had taken', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(600) }, settings: { pageSize: 100 } });
    scene.sim.settings.latencyMs = 10 * SECOND;
    const runId = scheduledRunId('ticket_sync', NOW);
    const running = scene.invoke({ runId });
    await scene.clock.advance(35 * SECOND);
    await scene.jobs.cancel('tickets', runId);
    const run = await running;
    expect(run).toMatchObject({ status: 'failed', error: { code: 'cancelled' } });
    const taken = run.counts.new ?? 0;
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(600);
    expect(scene.entries().length).toBeGreaterThanOrEqual(taken);
    const left = 600 - scene.entries().length;
    expect(await scene.run()).toMatchObject({ status: 'success', counts: { new: left } });
  });
});
