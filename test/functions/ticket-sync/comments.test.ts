import { describe, expect, it } from 'vitest';
import { createScene, MINUTE, smallTickets, synced, thenSync } from './sync-scene.ts';

describe('what one ticket alone meets', () => {
  it('trap 26: reads all pages of the comments of a ticket, the public ones, when its text is all of them', async () => {
    const comments = Array.from({ length: 230 }, (_, index) => ({
      body: `comment number ${index}`,
      public: index !== 100,
    }));
    const tickets = smallTickets(1, () => ({ comments }));
    const scene = createScene({ zendesk: { tickets }, settings: { text: 'public' } });
    await scene.run();
    expect(scene.sim.stats.byRoute.comments).toBe(3);
    const raw = await scene.stores.tickets.getRaw('1', scene.clock.now());
    expect(raw?.description).toContain('The export of report 1 fails.');
    expect(raw?.description).toContain('comment number 229');
    expect(raw?.description).not.toContain('comment number 100\n');
    const { body, contentSha } = await scene.live(1);
    expect(body).toContain('comment number 0');
    // What was not touched is not asked for again, and keeps its text.
    const run = await thenSync(scene, { op: 'system_update' });
    expect(run.counts).toMatchObject({ unchanged: 1 });
    expect(scene.sim.stats.byRoute.comments).toBe(3);
    await thenSync(scene, { op: 'comment', ids: [1], comment: { body: 'and one more' } });
    expect((await scene.live(1)).contentSha).not.toBe(contentSha);
  });

  it('without that setting no comment is read', async () => {
    const scene = await synced(3);
    expect(scene.sim.stats.byRoute.comments).toBeUndefined();
  });

  it('never stores where somebody was', async () => {
    const scene = await synced(3, { settings: { text: 'public' } });
    expect(JSON.stringify([...scene.table.tickets])).not.toMatch(/203\.0\.113|Springfield|user\d+@example/);
  });

  it('trap 27: a ticket whose comments are gone is left out, counted, and forgotten by the next run', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) }, settings: { text: 'public' } });
    scene.sim.faults.add({
      kind: 'operations',
      operations: [{ op: 'delete', ids: [2] }],
      path: '/api/v2/tickets/2/comments',
    });
    const run = await scene.run();
    expect(run).toMatchObject({ status: 'success', counts: { seen: 3, new: 2, failed: 1 } });
    expect(run.notes).toMatchObject([{ code: 'ticket_gone', record: '2' }]);
    await scene.clock.advance(2 * MINUTE);
    const next = await scene.run();
    expect(next.counts).toMatchObject({ failed: 0 });
    expect((await scene.state())?.failedTickets).toEqual([]);
    expect((await scene.entry(2))?.kind ?? 'deleted').toBe('deleted');
  });

  it('trap 28: one ticket’s 403 is noted, the run goes on and completes, and the next one tries it again', async () => {
    const scene = createScene({
      zendesk: { tickets: smallTickets(300) },
      settings: { text: 'public', requestsPerMinute: 30 },
    });
    scene.sim.settings.incrementalPerMinute = 'off';
    const fault = scene.sim.faults.add({
      kind: 'forbidden',
      path: '/api/v2/tickets/7/comments',
      times: 'always',
    });
    const run = await scene.run();
    expect(run).toMatchObject({ status: 'success', counts: { seen: 300, new: 299, failed: 1 } });
    expect(run.notes).toMatchObject([{ stage: 'sync', code: 'zendesk_forbidden', record: '7' }]);
    expect(await scene.entry(7)).toBeUndefined();
    expect((await scene.run()).counts).toMatchObject({ failed: 1 });
    scene.sim.faults.clear(fault);
    expect((await scene.run()).counts).toMatchObject({ new: 1, failed: 0 });
    expect(await scene.live(7)).toMatchObject({ id: '7' });
    expect((await scene.state())?.failedTickets).toEqual([]);
    scene.sim.stats.reset();
    await scene.run();
    expect(scene.sim.stats.byRoute).toEqual({ incremental_tickets: 1 });
  });

  it('trap 28: a ticket that cannot be read stops no other, and is taken once it can be', async () => {
    const tickets = smallTickets(5, (index) => (index === 2 ? { created_at: 'yesterday' } : {}));
    const scene = createScene({ zendesk: { tickets } });
    const run = await scene.run();
    expect(run).toMatchObject({ status: 'success', counts: { seen: 5, new: 4, failed: 1 } });
    expect(run.notes).toMatchObject([{ code: 'ticket_unreadable', record: '3' }]);
    expect(JSON.stringify(run)).not.toContain('yesterday');
    scene.sim.operate({ op: 'create', ticket: { ...tickets[2], created_at: '2026-11-20T00:00:00Z' } });
    const next = await scene.run();
    expect(next.counts).toMatchObject({ new: 1, failed: 0 });
  });
});
