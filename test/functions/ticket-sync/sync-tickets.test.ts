import { describe, expect, it } from 'vitest';
import { createScene, HOUR, MINUTE, SECOND, smallTickets } from './sync-scene.ts';

describe('createTicketSync', () => {
  it('takes in what there is, and then nothing', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(2_500) } });
    const run = await scene.run();
    expect(run).toMatchObject({ status: 'success', stage: 'sync' });
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
    expect(MINUTE).toBe(60_000);
  });
});
