import { describe, expect, it } from 'vitest';
import { createScene, type Scene, smallTickets, synced, thenSync } from './sync-scene.ts';

const setDone = (scene: Scene, id: number) =>
  scene.stores.tickets.change(String(id), (before) => ({
    next: {
      ...before,
      analysis: { status: 'done' },
      analysed: { contentSha: (before as { contentSha: string }).contentSha, requestId: 'r1', analysedAt: 1 },
    } as never,
    history: { requestId: 'r1', analysedAt: 1 } as never,
    result: undefined,
  }));

describe('the tickets of the export', () => {
  it.each(['delete', 'mark_as_spam'] as const)(
    'trap 18: what was deleted (%s) is gone in the same run, but for its id',
    async (op) => {
      const scene = await synced();
      await setDone(scene, 2);
      expect(await scene.stores.tickets.getRaw('2', scene.clock.now())).toBeDefined();
      const run = await thenSync(scene, { op, ids: [2] });
      expect(run.counts).toMatchObject({ seen: 1, deleted: 1 });
      const entry = await scene.entry(2);
      expect(Object.keys(entry ?? {}).sort()).toEqual(
        ['deletedAt', 'fence', 'generatedAt', 'id', 'kind', 'revision'].sort(),
      );
      expect(await scene.stores.tickets.getRaw('2', scene.clock.now())).toBeUndefined();
      expect(await scene.stores.tickets.history('2')).toEqual([]);
      expect((await scene.stores.tickets.list({}, 50, undefined)).items.map(({ id }) => id)).not.toContain(
        '2',
      );
    },
  );

  it('trap 18: keeps no text of what goes, not even for a moment', async () => {
    const scene = await synced();
    const kept: string[] = [];
    scene.deps.tickets.putRaw = async (id) => void kept.push(id);
    await thenSync(scene, { op: 'delete', ids: [2] }, { op: 'scrub', ids: [3] });
    expect(scene.ticketWrites.sort()).toEqual(['2', '3']);
    expect(kept).toEqual([]);
  });

  it('trap 19: what was restored comes back, and is to be analysed', async () => {
    const scene = await synced();
    await thenSync(scene, { op: 'delete', ids: [2] });
    const run = await thenSync(scene, { op: 'restore', ids: [2] });
    expect(run.counts).toMatchObject({ seen: 1, new: 1 });
    expect(await scene.live(2)).toMatchObject({
      analysis: { status: 'pending' },
      body: 'The export of report 2 fails.',
    });
    expect(await scene.stores.tickets.getRaw('2', scene.clock.now())).toBeDefined();
  });

  it.each(['SCRUBBED', undefined])(
    'trap 20: what was wiped is not analysed, and its text goes (%s)',
    async (text) => {
      const scene = await synced();
      await setDone(scene, 2);
      const run = await thenSync(scene, { op: 'scrub', ids: [2], ...(text && { text }) });
      expect(run.counts).toMatchObject({ seen: 1 });
      const entry = await scene.entry(2);
      if (entry?.kind === 'live') {
        expect(entry).toMatchObject({ analysis: { status: 'excluded', reason: 'scrubbed' }, analysed: null });
      }
      expect(await scene.stores.tickets.getRaw('2', scene.clock.now())).toBeUndefined();
      expect(JSON.stringify([...scene.table.tickets])).not.toContain('report 2');
    },
  );

  it('trap 20: a ticket that comes wiped at first is not analysed either', async () => {
    const fields = () => ({
      subject: 'SCRUBBED',
      description: 'SCRUBBED',
      requester_id: null,
      status: 'closed',
    });
    const scene = createScene({ zendesk: { tickets: smallTickets(1, fields) } });
    await scene.run();
    expect(await scene.live(1)).toMatchObject({ analysis: { status: 'excluded', reason: 'scrubbed' } });
    expect((await scene.stores.tickets.counts()).pending).toBe(0);
  });

  it('trap 21: what was merged counts once: its source names where it went and is not analysed', async () => {
    const scene = await synced();
    const run = await thenSync(scene, { op: 'merge', ids: [2, 3], into: 4 });
    expect(run.counts).toMatchObject({ changed: 3 });
    for (const id of [2, 3]) {
      expect(await scene.live(id)).toMatchObject({
        mergedInto: '4',
        status: 'closed',
        analysis: { status: 'excluded', reason: 'merged' },
      });
    }
    expect(await scene.live(4)).toMatchObject({ mergedInto: null, analysis: { status: 'pending' } });
    expect(scene.sim.stats.byRoute.comments).toBe(2);
    await thenSync(scene, { op: 'system_update' });
    expect(scene.sim.stats.byRoute.comments).toBe(2);
    expect(await scene.live(2)).toMatchObject({ mergedInto: '4' });
  });

  it('trap 21: knows a merge without the tag, which nobody promises', async () => {
    const scene = await synced();
    const run = await thenSync(
      scene,
      { op: 'merge', ids: [2], into: 4 },
      { op: 'update', ids: [2], fields: { tags: [] } },
    );
    expect(run.counts).toMatchObject({ changed: 2 });
    expect(await scene.live(2)).toMatchObject({ mergedInto: '4', tags: [] });
  });

  it('trap 21: asks nothing of a ticket that is closed as most are', async () => {
    const scene = await synced();
    await thenSync(scene, { op: 'update', ids: [2], fields: { status: 'solved' } });
    await thenSync(scene, { op: 'update', ids: [2], fields: { status: 'closed' } });
    expect(await scene.live(2)).toMatchObject({ status: 'closed', mergedInto: null });
    expect(scene.sim.stats.byRoute.comments).toBeUndefined();
  });

  it.each([
    [
      'no subject and no description',
      { subject: null, description: null },
      { status: 'excluded', reason: 'empty' },
    ],
    ['an empty one', { subject: '', description: '' }, { status: 'excluded', reason: 'empty' }],
    [
      'a body of 1 MB',
      { description: `begin ${'lorem ipsum dolor '.repeat(60_000)} end` },
      { status: 'pending' },
    ],
    ['a lone surrogate', { subject: 'half \ud83d of it', description: 'x \udc00 y' }, { status: 'pending' }],
    ['NUL', { subject: 'a\u0000b', description: '\u0000' }, { status: 'pending' }],
    [
      'emoji and right to left',
      { subject: '😀 תקלה', description: '\u202eexport\u202c' },
      { status: 'pending' },
    ],
  ])('trap 23: takes a ticket with %s', async (what, fields, analysis) => {
    const scene = createScene({ zendesk: { tickets: smallTickets(1, () => fields) } });
    expect(await scene.run()).toMatchObject({ status: 'success', counts: { new: 1, failed: 0 } });
    const ticket = await scene.live(1);
    expect(ticket.analysis).toMatchObject(analysis);
    expect(ticket.isTruncated).toBe(what === 'a body of 1 MB');
    const raw = await scene.stores.tickets.getRaw('1', scene.clock.now());
    expect(JSON.stringify([ticket, raw]).length).toBeLessThan(250_000);
    expect(
      [ticket.subject, ticket.body, raw?.subject ?? '', raw?.description ?? ''].every((text) =>
        text.isWellFormed(),
      ),
    ).toBe(true);
  });

  it('a page of which most cannot be read is no page: the export stays where it is', async () => {
    const tickets = smallTickets(30, (index) => (index < 20 ? { created_at: 1 } : {}));
    const scene = createScene({ zendesk: { tickets: tickets as never } });
    expect(await scene.run()).toMatchObject({ status: 'failed', error: { code: 'zendesk_malformed' } });
    expect(await scene.state()).toBeUndefined();
  });

  it('takes an id that no double holds to the digit', async () => {
    const [one] = smallTickets(1);
    const scene = createScene({ zendesk: { tickets: [one!] } });
    const { fetch } = scene.sim;
    const big = createScene({
      zendesk: { tickets: [one!] },
      adapter: {
        fetch: async (input, init) => {
          const answer = await fetch(input, init);
          const text = await answer.text();
          const { headers, status } = answer;
          return new Response(text.replace('"id":1,', '"id":9007199254740993,'), { headers, status });
        },
      },
    });
    await big.run();
    expect(await big.stores.tickets.get('9007199254740993')).toMatchObject({ kind: 'live' });
  });

  it('knows requesters apart by a keyed hash, and never by their id', async () => {
    const scene = createScene({
      zendesk: {
        tickets: smallTickets(3, (index) => ({ requester_id: index < 2 ? 777_000_111 : 777_000_222 })),
      },
    });
    await scene.run();
    const hashes = await Promise.all([1, 2, 3].map(async (id) => (await scene.live(id)).requesterHash));
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[0]).not.toBe(hashes[2]);
    expect(JSON.stringify([...scene.table.tickets])).not.toMatch(/777000/);
  });

  it('keeps no text as it came where the setting is 0 days', async () => {
    const scene = await synced(3, { settings: { rawRetentionMs: 0 } });
    expect(await scene.stores.tickets.getRaw('1', scene.clock.now())).toBeUndefined();
    expect(await scene.live(1)).toMatchObject({ body: 'The export of report 1 fails.' });
  });

  it('leaves out what the settings do not want analysed, and stores it', async () => {
    const tickets = smallTickets(4, (index) => ({
      brand_id: index === 0 ? 11 : 10,
      ticket_form_id: index === 1 ? 21 : 20,
      tags: index === 2 ? ['internal'] : ['vip'],
    }));
    const selection = {
      brands: new Set(['10']),
      forms: new Set(['20']),
      excludedTags: new Set(['internal']),
    };
    const scene = createScene({ zendesk: { tickets }, settings: { selection } });
    await scene.run();
    const states = await Promise.all([1, 2, 3, 4].map(async (id) => (await scene.live(id)).analysis));
    expect(states.slice(0, 3)).toEqual(Array(3).fill({ status: 'excluded', reason: 'filtered' }));
    expect(states[3]).toMatchObject({ status: 'pending' });
  });

  it('a change of what a ticket says makes a new analysis due, a change of its tags none', async () => {
    const scene = await synced(3);
    for (const id of [1, 2]) await setDone(scene, id);
    const run = await thenSync(
      scene,
      { op: 'update', ids: [1], fields: { tags: ['vip'] } },
      { op: 'update', ids: [2], fields: { subject: 'The import fails too' } },
    );
    expect(run.counts).toMatchObject({ changed: 2 });
    expect((await scene.live(1)).analysis).toEqual({ status: 'done' });
    expect((await scene.live(2)).analysis).toMatchObject({ status: 'pending' });
  });
});
