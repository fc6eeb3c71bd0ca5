import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import { ago, createScene, DAY, HOUR, MINUTE, NOW, SECOND, smallTickets } from './sync-scene.ts';

const query = (scene: ReturnType<typeof createScene>) =>
  scene.sim.stats.log
    .filter(({ route }) => route === 'incremental_tickets')
    .map((entry) => new URLSearchParams(entry.query));

describe('the export of tickets', () => {
  it('trap 1: walks through 1,500 tickets of one second, and stores each once', async () => {
    const at = ago(HOUR);
    const tickets = smallTickets(1_500, () => ({ generated_timestamp: at }));
    const scene = createScene({ zendesk: { tickets }, settings: { pageSize: 100 } });
    const run = await scene.run();
    expect(run).toMatchObject({ status: 'success', counts: { new: 1_500, seen: 1_500, pages: 15 } });
    expect(scene.ticketWrites).toHaveLength(1_500);
    expect(new Set(scene.ticketWrites).size).toBe(1_500);
  });

  it('trap 2: a ticket that changes while pages are read comes twice, and its newest version stays', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(300) }, settings: { pageSize: 100 } });
    scene.sim.faults.add({
      kind: 'operations',
      operations: [
        { op: 'update', ids: [5], fields: { subject: 'Now it is printing' }, at: ago(MINUTE) - 60 },
      ],
      after: 1,
      route: 'incremental_tickets',
    });
    const run = await scene.run();
    expect(run.counts).toMatchObject({ seen: 301, new: 300, changed: 1 });
    expect((await scene.live(5)).subject).toBe('Now it is printing');
    expect(scene.entries()).toHaveLength(300);
  });

  it('trap 2: an older version never takes the place of a newer one', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(1) } });
    await scene.run();
    const stored = await scene.live(1);
    await scene.stores.tickets.change('1', (before) => ({
      next: { ...stored, ...before, subject: 'newer', generatedAt: NOW } as never,
      result: undefined,
    }));
    const again = await scene.run({ event: { backfill_days: 30 } });
    expect(again.counts).toMatchObject({ seen: 1, unchanged: 1 });
    expect((await scene.live(1)).subject).toBe('newer');
  });

  it('trap 2: a ticket that is twice in one page is taken once, the newer of the two', async () => {
    const [small] = smallTickets(1);
    const one = { ...small!, status: 'open' as const };
    const scene = createScene({ zendesk: { tickets: [one] } });
    scene.sim.faults.add({
      kind: 'fields',
      fields: {
        tickets: [
          { ...one, subject: 'newer', generated_timestamp: ago(60) },
          { ...one, subject: 'older' },
        ] as never,
      },
      route: 'incremental_tickets',
    });
    expect((await scene.run()).counts).toMatchObject({ seen: 1, new: 1 });
    expect((await scene.live(1)).subject).toBe('newer');
  });

  it('trap 3: a run that dies after page 7 of 12 goes on at page 8', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(1_200) }, settings: { pageSize: 100 } });
    scene.sim.faults.add({ kind: 'forbidden', after: 7, route: 'incremental_tickets' });
    const dead = await scene.run();
    expect(dead).toMatchObject({ status: 'failed', error: { code: 'zendesk_forbidden' } });
    expect(dead.counts).toMatchObject({ pages: 7, new: 700 });
    const cursor = (await scene.state())?.cursor;
    scene.sim.stats.reset();
    const next = await scene.run();
    expect(query(scene)[0]?.get('cursor')).toBe(cursor);
    expect(next.counts).toMatchObject({ pages: 5, new: 500 });
    expect(scene.ticketWrites).toHaveLength(1_200);
  });

  it('trap 4: a page whose tickets are stored and whose cursor is not changes nothing when it comes again', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(300) }, settings: { pageSize: 100 } });
    const { write } = scene.deps.syncStates;
    let writes = 0;
    scene.deps.syncStates.write = async (...args) => {
      writes += 1;
      if (writes >= 2) throw new StorageError('The process dies here.');
      return write(...args);
    };
    expect(await scene.run()).toMatchObject({ status: 'failed', counts: { pages: 1, new: 100 } });
    expect(scene.entries()).toHaveLength(200);
    scene.deps.syncStates.write = write;
    const next = await scene.run();
    expect(next.counts).toMatchObject({ pages: 2, seen: 200, unchanged: 100, new: 100 });
    expect(scene.ticketWrites).toHaveLength(300);
  });

  it('writes the rows of a page before its cursor', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(200) }, settings: { pageSize: 100 } });
    const { write } = scene.deps.syncStates;
    const stored: number[] = [];
    scene.deps.syncStates.write = async (...args) => {
      stored.push(scene.entries().length);
      return write(...args);
    };
    await scene.run();
    expect(stored).toEqual([100, 200]);
  });

  it('trap 5: an empty page with more to come ends nothing', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(300) }, settings: { pageSize: 100 } });
    scene.sim.faults.add({ kind: 'empty_page', after: 1, route: 'incremental_tickets' });
    expect(await scene.run()).toMatchObject({ status: 'success', counts: { new: 300, pages: 4 } });
  });

  it('trap 6: the same cursor again and again ends the run with its name, and its page is counted once', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(300) }, settings: { pageSize: 100 } });
    scene.sim.faults.add({ kind: 'repeat_cursor', times: 'always', route: 'incremental_tickets' });
    const run = await scene.run();
    expect(run).toMatchObject({
      status: 'failed',
      error: { code: 'zendesk_repeated_cursor', retryable: true },
    });
    expect(run.counts).toMatchObject({ pages: 2, seen: 200, new: 200 });
    expect(scene.exportCalls()).toBe(3);
    scene.sim.faults.clear();
    expect(await scene.run()).toMatchObject({ status: 'success', counts: { new: 100 } });
  });

  it('trap 6: a cursor that comes twice and then leads on costs one more call', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(300) }, settings: { pageSize: 100 } });
    scene.sim.faults.add({ kind: 'repeat_cursor', times: 1, route: 'incremental_tickets' });
    expect(await scene.run()).toMatchObject({ status: 'success', counts: { pages: 3, seen: 300, new: 300 } });
    expect(scene.exportCalls()).toBe(4);
  });

  it('trap 7: never asks for a start that is too recent', async () => {
    const scene = createScene({ settings: { backfillMs: 0 }, zendesk: { tickets: smallTickets(1) } });
    expect(await scene.run()).toMatchObject({ status: 'success' });
    expect(Number(query(scene)[0]?.get('start_time'))).toBe(ago(120 * SECOND));
  });

  it('trap 8: goes by the change of anything, not by the last update', async () => {
    const old = { created_at: '2024-01-01T00:00:00Z', updated_at: '2024-01-02T00:00:00Z' };
    const scene = createScene({ zendesk: { tickets: smallTickets(1, () => old) } });
    expect((await scene.run()).counts).toMatchObject({ new: 1 });
    expect(await scene.live(1)).toMatchObject({ updatedAt: Date.parse('2024-01-02T00:00:00Z') });
  });

  it('trap 9: a system update of thousands of tickets that changes no content costs no write and no analysis', async () => {
    const scene = createScene({
      zendesk: { tickets: smallTickets(3_000) },
      settings: { requestsPerMinute: 30 },
    });
    scene.sim.settings.incrementalPerMinute = 'off';
    await scene.run();
    for (const entry of scene.entries()) {
      await scene.stores.tickets.change(entry.id, (before) => ({
        next: { ...before, analysis: { status: 'done' } } as never,
        result: undefined,
      }));
    }
    scene.ticketWrites.length = 0;
    await scene.clock.advance(HOUR);
    scene.sim.operate({ op: 'system_update', at: Math.floor((scene.clock.now() - 10 * MINUTE) / 1000) });
    const run = await scene.run();
    expect(run.counts).toMatchObject({ seen: 3_000, unchanged: 3_000, pending: 0 });
    expect(scene.ticketWrites).toEqual([]);
  });

  it('trap 29: goes by its own address and the cursor, wherever after_url leads', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(300) }, settings: { pageSize: 100 } });
    scene.sim.faults.add({ kind: 'foreign_after_url', times: 'always', route: 'incremental_tickets' });
    expect(await scene.run()).toMatchObject({ status: 'success', counts: { new: 300 } });
    expect(scene.sim.stats.strays).toEqual([]);
  });

  it('trap 29: follows no redirect, which would take the credentials along', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(1) } });
    scene.sim.faults.add({
      kind: 'status',
      status: 302,
      headers: { location: 'https://evil.example/' },
      route: 'incremental_tickets',
    });
    expect(await scene.run()).toMatchObject({ status: 'failed', error: { code: 'zendesk_not_found' } });
    expect(scene.sim.stats.strays).toEqual([]);
  });

  it('encodes the cursor, which carries = at times', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(90) }, settings: { pageSize: 50 } });
    await scene.run();
    const cursors = query(scene).map((asked) => asked.get('cursor'));
    expect(cursors.slice(1).every((cursor) => /^[\w=]+$/.test(cursor ?? ''))).toBe(true);
    expect(scene.sim.stats.log.some(({ query: text }) => /cursor=\S*%3D/.test(text))).toBe(true);
  });

  it.each([400, 404, 422] as const)(
    'begins anew a minute before the newest change when the cursor is lost (%i)',
    async (status) => {
      const scene = createScene({ zendesk: { tickets: smallTickets(300) }, settings: { pageSize: 100 } });
      await scene.run();
      await scene.clock.advance(HOUR);
      scene.sim.operate({ op: 'update', ids: [7], fields: { subject: 'other' }, at: ago(0) });
      scene.sim.faults.add({ kind: 'lost_cursor', status, route: 'incremental_tickets' });
      scene.sim.stats.reset();
      const run = await scene.run();
      expect(run).toMatchObject({ status: 'success', counts: { changed: 1 } });
      expect(run.notes).toMatchObject([{ stage: 'sync', code: 'zendesk_cursor_lost' }]);
      expect(Number(query(scene)[1]?.get('start_time'))).toBe(ago(HOUR) - 1 - 60);
      expect((await scene.live(7)).subject).toBe('other');
    },
  );

  it('gives up when a cursor of this very run is refused again', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(300) }, settings: { pageSize: 100 } });
    scene.sim.faults.add({ kind: 'lost_cursor', route: 'incremental_tickets', times: 'always' });
    expect(await scene.run()).toMatchObject({ status: 'failed', error: { code: 'zendesk_cursor_refused' } });
    // The page by time, its cursor refused, the page by time again, and that cursor refused too.
    expect(scene.exportCalls()).toBe(4);
  });

  it('takes a start that is refused for no lost cursor', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) } });
    scene.sim.faults.add({ kind: 'status', status: 400, route: 'incremental_tickets', times: 'always' });
    expect(await scene.run()).toMatchObject({ status: 'failed', error: { code: 'zendesk_refused' } });
    expect(scene.exportCalls()).toBe(1);
  });

  it('begins anew so many days back when the call asks for it, once for all invocations of the run', async () => {
    const tickets = smallTickets(600, (index) => ({ generated_timestamp: ago(20 * DAY) + index }));
    const scene = createScene({
      zendesk: { tickets },
      settings: { pageSize: 100, backfillMs: DAY },
      invocationMs: 40 * SECOND,
    });
    expect((await scene.run()).counts).toMatchObject({ seen: 0 });
    scene.sim.settings.latencyMs = 8 * SECOND;
    const run = await scene.run({ event: { backfill_days: 30 } });
    expect(run).toMatchObject({ status: 'success', counts: { new: 600, seen: 600, pages: 6 } });
    expect(run.invocations).toBeGreaterThan(1);
  });

  it('trap 22: refuses the copy of another account until it is reset', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3), subdomain: 'atom' } });
    await scene.run();
    await scene.stores.syncStates.reset();
    await scene.stores.syncStates.write(
      { subdomain: 'sandbox', startTime: 0, requestTimes: [], failedTickets: [] },
      0,
    );
    scene.sim.stats.reset();
    const run = await scene.run();
    expect(run).toMatchObject({ status: 'failed', error: { code: 'subdomain_changed', retryable: false } });
    expect(run.error?.message).toContain('"sandbox"');
    expect(scene.sim.stats.requests).toBe(0);
    await scene.stores.syncStates.reset();
    expect(await scene.run()).toMatchObject({ status: 'success' });
  });

  it('trap 22: keeps the tickets of two accounts apart', async () => {
    const scene = createScene({ zendesk: { tickets: smallTickets(3) } });
    await scene.run();
    const other = createScene({
      zendesk: { tickets: smallTickets(2), subdomain: 'atom1756' },
      settings: { subdomain: 'atom1756' },
    });
    await other.run();
    expect(await other.stores.tickets.get('3')).toBeUndefined();
    expect((await other.state())?.subdomain).toBe('atom1756');
  });
});
