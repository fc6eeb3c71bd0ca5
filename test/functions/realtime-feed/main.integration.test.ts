import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mainModule } from '#lib/bundle.ts';
import { sharedBundle } from '#test/lib/shared-bundle.ts';
import { eventually } from './feed-harness.ts';
import { type FeedProcess, type FeedWorld, startFeedWorld } from './feed-process.ts';

/** What a shutdown may take at most. */
const SHUTDOWN_MS = 20_000;

describe('the task of the feed', () => {
  let world: FeedWorld;
  let running: FeedProcess | undefined;
  beforeAll(async () => {
    world = await startFeedWorld(200);
  });
  afterEach(async () => {
    running?.child.kill('SIGTERM');
    await running?.ended;
    running = undefined;
  });
  afterAll(() => world.close());

  async function start(env: Record<string, string> = {}): Promise<FeedProcess> {
    running = world.run(env);
    await world.marketplace.feed.untilOpen(1);
    return running;
  }
  const report = async () => (await world.stores.feed.read()).report;

  it('connects, is healthy, asks for a catch-up, stores what comes, and tells its token to nobody', async () => {
    const { marketplace, stores, invoked } = world;
    const task = await start();
    expect(await task.health()).toBe(0);
    await eventually(() => invoked.length > 0 || undefined);
    expect(invoked[0]).toMatchObject({
      path: '/2015-03-31/functions/skill-sync-function/invocations',
      trigger: 'catch_up',
    });
    const [id = ''] = marketplace.catalog.ids();
    marketplace.catalog.touchSkill(id);
    await eventually(() => stores.skillReader.get(id, new Date()));
    await eventually(async () => (await report())?.connected || undefined);
    marketplace.feed.close(1011);
    await eventually(() => task.output().includes('closed with 1011') || undefined);
    expect(task.output()).not.toContain(marketplace.token);
    expect(JSON.stringify(await report())).not.toContain(marketplace.token);
  });

  it('stops in order on SIGTERM under full load: 1000, the lease given back, exit code 0', async () => {
    const { marketplace, stores } = world;
    const task = await start();
    const flood = marketplace.flood({ frames: 30_000, perSecond: 3_000, skills: 200 });
    await eventually(async () => ((await report())?.messagesTotal.skill_update ?? 0) > 3_000 || undefined);
    const begin = Date.now();
    task.child.kill('SIGTERM');
    expect(await task.ended).toBe(0);
    expect(Date.now() - begin).toBeLessThan(SHUTDOWN_MS);
    expect(marketplace.feed.open).toBe(0);
    const state = await stores.feed.read();
    expect(state.leaseUntil).toBeUndefined();
    expect(state.report).toMatchObject({ status: 'idle', connected: false });
    expect(task.output()).not.toContain('updates are left');
    const entries = marketplace.catalog.ids().map((id) => stores.skillReader.get(id, new Date()));
    expect((await Promise.all(entries)).filter((entry) => entry !== undefined)).toHaveLength(200);
    // The next task takes over at once.
    await start();
    expect(await eventually(async () => (await report())?.connected || undefined)).toBe(true);
    running?.child.kill('SIGTERM');
    await running?.ended;
    await flood;
  });

  it('loses nothing in a crash under full load that the catch-up of the next task does not bring', async () => {
    const { marketplace, stores } = world;
    const { catalog } = marketplace;
    world.syncs = true;
    const task = await start();
    const before = (await report())?.messagesTotal.skill_update ?? 0;
    const flood = marketplace.flood({ frames: 4_000, perSecond: 2_000, skills: 200 });
    await eventually(async () => ((await report())?.messagesTotal.skill_update ?? 0) > before || undefined);
    task.child.kill('SIGKILL');
    expect(await task.ended).toBe('SIGKILL');
    await flood;
    // What nobody listens to: changes, removals, newcomers.
    const [gone = '', rated = ''] = catalog.ids();
    catalog.removeSkill(gone);
    marketplace.ratings.add({ skill_id: rated, user_id: 'u', rating: 5 });
    catalog.upsertSkill({ skill_id: 'newcomer', name: 'Newcomer' });
    // The lease of the dead task would last for up to half a minute.
    await stores.raw.remove('FEED', 'STATE', 'leaseUntil');
    await start();
    await eventually(async () => {
      for (const id of catalog.ids()) {
        const entry = await stores.skillReader.get(id, new Date());
        if (entry?.remote.skill.updated_at !== catalog.get(id)?.updated_at) return undefined;
      }
      return (await stores.skillReader.get(gone, new Date())) === undefined || undefined;
    }, 60_000);
    for (const id of catalog.ids()) {
      expect((await stores.skillReader.get(id, new Date()))?.remote.skill).toEqual(catalog.get(id));
    }
    await eventually(async () => (await report())?.lastCatchUpAt);
    world.syncs = false;
  });

  it('exits at once on a second signal', async () => {
    const { marketplace } = world;
    const task = await start();
    // A server that does not take part in the closing handshake.
    marketplace.feed.setMood('silent');
    task.child.kill('SIGTERM');
    await eventually(() => task.output().includes('shuts down') || undefined);
    task.child.kill('SIGTERM');
    expect(await task.ended).toBe(143);
    marketplace.feed.close(1006);
    // It did not give its lease back; nobody has to wait for that here.
    await world.stores.raw.remove('FEED', 'STATE', 'leaseUntil');
  });

  it('waits for the lease without connecting, is healthy meanwhile, and stops when told to', async () => {
    const lease = await world.stores.feed.acquire('another task', Date.now(), 60_000);
    running = world.run();
    const task = running;
    await eventually(() => task.output().includes('another task holds the feed') || undefined);
    expect(await task.health()).toBe(0);
    expect(world.marketplace.feed.open).toBe(0);
    task.child.kill('SIGINT');
    expect(await task.ended).toBe(0);
    await world.stores.raw.remove('FEED', 'STATE', 'leaseUntil');
    expect(lease).toBeDefined();
  });

  it('takes the new token when the old one was revoked', async () => {
    const { marketplace } = world;
    await start();
    const { token } = marketplace.tokens.mint();
    await world.setToken(token);
    marketplace.tokens.expire(marketplace.token);
    await eventually(() => marketplace.feed.sockets().some((socket) => socket.token === token) || undefined);
  });

  it('runs as the one file that is deployed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'feed-bundle-'));
    const entry = join(folder, 'index.mjs');
    const files = sharedBundle('realtime-feed');
    expect(Object.keys(files)).toEqual(['index.mjs']);
    const code = mainModule(files);
    expect(code.byteLength).toBeLessThan(670_000);
    await writeFile(entry, code);
    running = world.run({ ATOM_SAAS_WS_ENABLED: 'false' }, entry);
    await eventually(async () => (await report())?.status === 'disabled' || undefined);
    expect(await running.health()).toBe(0);
    running.child.kill('SIGTERM');
    expect(await running.ended).toBe(0);
    await rm(folder, { recursive: true });
  });

  it('says what is wrong with its environment and ends with code 2', async () => {
    const task = world.run({ ATOM_SAAS_WS_HEARTBEAT_INTERVAL: '5', ATOM_SAAS_WS_URL: 'ws://example.com/ws' });
    expect(await task.ended).toBe(2);
    expect(task.output()).toMatch(/ATOM_SAAS_WS_HEARTBEAT_INTERVAL/);
    expect(task.output()).toMatch(/ATOM_SAAS_WS_URL/);
  });

  it('is unhealthy where no process runs', async () => {
    const task = world.run({ TABLE_NAME: '', FEED_HEALTH_FILE: '/nonexistent/health' });
    expect(await task.ended).toBe(2);
    expect(await task.health()).toBe(1);
  });
});
