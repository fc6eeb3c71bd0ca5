import { describe, expect, it } from 'vitest';
import type { FeedSocket, SocketEvents } from '#core/feed/feed-socket.ts';
import { contentHash } from '#core/json/content-hash.ts';
import { assembleFeed } from '#functions/realtime-feed/assemble-feed.ts';
import { FEED_TIMING } from '#functions/realtime-feed/feed-timing.ts';
import type { FeedDeps } from '#functions/realtime-feed/ports.ts';
import { openMemoryStores, SILENT } from '#test/engines/test-stores.ts';
import { createVirtualClock, settle, type VirtualClock } from '#test/virtual-clock.ts';
import { OPTIONS } from './virtual-feed.ts';

type Scene = { readonly clock: VirtualClock; readonly stores: Awaited<ReturnType<typeof openMemoryStores>> };

/** The parts of a feed whose session has a socket that does only what the test says. */
async function assemble(override: (scene: Scene) => Partial<FeedDeps> = () => ({})) {
  const scene: Scene = { clock: createVirtualClock(), stores: await openMemoryStores() };
  const { clock, stores } = scene;
  const sockets: SocketEvents[] = [];
  const calls: string[] = [];
  const invoked: string[] = [];
  const note = (what: string) => () => void calls.push(what);
  const socket: FeedSocket = {
    ...{ send: note('send'), pause: note('pause'), resume: note('resume') },
    ...{ close: note('close'), terminate: note('terminate') },
  };
  const deps: FeedDeps = {
    ...{ now: clock.now, sleep: clock.sleep, random: () => 0.5, log: SILENT, options: OPTIONS },
    openSocket: (_token, events) => {
      sockets.push(events);
      return socket;
    },
    token: async () => 'token',
    ...{ store: stores.feed, skills: stores.skills, categories: stores.categories, runs: stores.runs },
    rejected: { ...stores.rejected, ...stores.rejectedRemover },
    invoke: async ({ run_id }) => void invoked.push(String(run_id)),
    ...{ holder: 'this task', publish: () => undefined, beat: () => undefined },
    ...override(scene),
  };
  const parts = assembleFeed(deps, FEED_TIMING);
  parts.session.start(true);
  await settle();
  const events = () => {
    const newest = sockets.at(-1);
    if (!newest) throw new Error('Nobody has connected.');
    return newest;
  };
  const say = async (frame: object | string) => {
    const text = typeof frame === 'string' ? frame : JSON.stringify(frame);
    events().frame({ text, isBinary: false, bytes: text.length });
    await settle();
  };
  events().opened();
  await settle();
  const nameOf = async (id: string) =>
    (await stores.skillReader.get(id, new Date(clock.now())))?.remote.skill.name;
  return { ...scene, ...parts, sockets, calls, invoked, events, say, nameOf };
}

const update = (name: string) => ({
  type: 'skill_update',
  data: { skill_id: 'a', name, updated_at: '2023-11-14T22:00:00Z' },
});

describe('Function: assembleFeed', () => {
  it('asks for a catch-up when a socket opens, and counts each but the first as a reconnect', async () => {
    const { clock, counter, invoked, events, sockets } = await assemble();
    expect([counter.totals().reconnectsTotal, invoked.length]).toEqual([0, 1]);

    events().ended({ kind: 'closed', code: 1006 });
    await clock.advance(1_000);
    events().opened();

    expect([sockets.length, counter.totals().reconnectsTotal]).toEqual([2, 1]);
  });

  it('writes what comes, counts it, and how long it took', async () => {
    const { clock, say, nameOf, counter } = await assemble(({ clock: { sleep }, stores: { skills } }) => ({
      skills: { ...skills, put: (...args) => sleep(250).then(() => skills.put(...args)) },
    }));

    await say(update('A'));
    await clock.advance(250);

    expect(await nameOf('a')).toBe('A');
    expect(counter.totals().messagesTotal.skill_update).toBe(1);
    expect(counter.takeMinute()).toMatchObject({ messages: 1, rejected: 0, latenciesMs: [250] });
  });

  it.each([
    ['x', 'y'],
    ['y', 'x'],
  ])(
    'has the later of two frames win that differ in nothing but their order: %s, %s',
    async (first, last) => {
      const { events, nameOf } = await assemble();

      for (const text of [first, last].map((name) => JSON.stringify(update(name)))) {
        events().frame({ text, isBinary: false, bytes: text.length });
      }
      await settle();

      expect(await nameOf('a')).toBe(last);
    },
  );

  it('keeps a rejected frame under the name of what it holds, a binary one under its length', async () => {
    const { clock, stores, say, events, rejections, counter } = await assemble();

    await say('{');
    await say('{');
    events().frame({ text: '', isBinary: true, bytes: 7 });
    await rejections.idle();

    const { items } = await stores.rejected.list(9, undefined, clock.now());
    expect(items.map(({ id }) => id).sort()).toEqual([contentHash('{'), 'binary-7'].sort());
    expect(counter.totals().rejectedTotal).toBe(3);
  });

  it('counts a conflict that a version begins', async () => {
    const { stores, say, counter, clock } = await assemble();
    await say(update('A'));
    await stores.editor.edit('a', ({ remote }) => ({ ...remote.skill, name: 'Ours' }), {
      by: 'dana',
      now: clock.now(),
    });

    await say({
      ...update('Theirs'),
      data: { ...update('Theirs').data, updated_at: '2023-11-14T22:01:00Z' },
    });

    expect(counter.takeMinute()).toMatchObject({ conflictsDetected: 1, conflictsResolved: 0 });
  });

  it('stops reading the socket while the buffer is full', async () => {
    const { say, calls, buffer } = await assemble(({ stores: { skills } }) => ({
      skills: { ...skills, put: () => new Promise<never>(() => undefined) },
      limits: { entries: 1 },
    }));

    await say(update('A'));

    expect([calls, buffer.size]).toEqual([['pause'], 1]);
  });
});
