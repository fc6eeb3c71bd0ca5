import { describe, expect, it } from 'vitest';
import { createScene, smallTickets } from './sync-scene.ts';

type Scene = ReturnType<typeof createScene>;

async function withFailed(ids: readonly string[], tickets = 3): Promise<Scene> {
  const scene = createScene({ zendesk: { tickets: smallTickets(tickets) } });
  await scene.run();
  const failedTickets = ids.map((id) => ({
    id,
    code: 'ticket_unreadable',
    message: 'It could not be read.',
  }));
  await scene.stores.syncStates.write({ ...(await scene.state())!, failedTickets }, 1);
  scene.sim.stats.reset();
  return scene;
}

describe('retryFailed', () => {
  it('asks for each failed ticket, and gives up those that are not there any more', async () => {
    const scene = await withFailed(['2', '999']);
    const run = await scene.run();
    expect(run.counts).toMatchObject({ seen: 1, unchanged: 1, failed: 0 });
    expect(scene.sim.stats.byRoute.ticket).toBe(2);
    expect((await scene.state())?.failedTickets).toEqual([]);
  });

  it('keeps and counts those that fail again, whatever it is that is wrong with them', async () => {
    const scene = await withFailed(['1', '2', '3']);
    scene.sim.faults.add({ kind: 'forbidden', path: '/api/v2/tickets/1.json', times: 'always' });
    scene.sim.faults.add({ kind: 'fields', fields: { ticket: { id: 2 } }, path: '/api/v2/tickets/2.json' });
    const run = await scene.run();
    expect(run).toMatchObject({ status: 'success', counts: { failed: 2, unchanged: 1 } });
    expect((await scene.state())?.failedTickets).toMatchObject([
      { id: '1', code: 'zendesk_forbidden' },
      { id: '2', code: 'ticket_unreadable' },
    ]);
  });

  it('tries a hundred in a run, and the others in the next', async () => {
    const scene = await withFailed(Array.from({ length: 120 }, (_, index) => String(1_000 + index)));
    await scene.run();
    expect(scene.sim.stats.byRoute.ticket).toBe(100);
    expect((await scene.state())?.failedTickets).toHaveLength(20);
    await scene.run();
    expect((await scene.state())?.failedTickets).toEqual([]);
  });

  it('ends the run where the credentials are at fault, and keeps the list', async () => {
    const scene = await withFailed(['1']);
    scene.sim.faults.add({ kind: 'status', status: 401, times: 'always', route: 'ticket' });
    expect(await scene.run()).toMatchObject({ status: 'failed', error: { code: 'zendesk_auth' } });
    expect((await scene.state())?.failedTickets).toHaveLength(1);
  });

  it('stops the export before its list overflows: nothing is lost', async () => {
    const known = Array.from({ length: 500 }, (_, index) => String(1_000 + index));
    const scene = createScene({
      zendesk: { tickets: smallTickets(4, (index) => (index === 0 ? { created_at: 1 as never } : {})) },
    });
    const failedTickets = known.map((id) => ({ id, code: 'x', message: 'x' }));
    await scene.stores.syncStates.write(
      { subdomain: 'atom', startTime: 0, requestTimes: [], failedTickets },
      0,
    );
    scene.sim.faults.add({ kind: 'forbidden', route: 'ticket', times: 'always' });
    const run = await scene.run();
    expect(run).toMatchObject({ status: 'failed', error: { code: 'too_many_failed_tickets' } });
    expect((await scene.state())?.cursor).toBeUndefined();
    expect((await scene.state())?.failedTickets).toHaveLength(500);
  });
});
