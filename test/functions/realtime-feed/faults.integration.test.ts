import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Marketplace, startMarketplace } from '#local/marketplace/server.ts';
import { eventually, type FeedTestOptions, type RunningFeed, startFeed } from './feed-harness.ts';
import { startTcpProxy } from './tcp-proxy.ts';

describe('the feed against a real server that fails', () => {
  let marketplace: Marketplace;
  let feeds: RunningFeed[];
  beforeEach(async () => {
    marketplace = await startMarketplace({ skills: 20 });
    feeds = [];
  });
  afterEach(async () => {
    await Promise.all(feeds.map((feed) => feed.stop()));
    await marketplace.close();
  });

  async function start(options: Partial<FeedTestOptions> = {}): Promise<RunningFeed> {
    const feed = await startFeed({ url: marketplace.wsUrl, ...options });
    feeds.push(feed);
    return feed;
  }
  /** The feed is of use again: what is announced now is stored. */
  async function expectFresh(feed: RunningFeed): Promise<void> {
    await marketplace.feed.untilOpen(1);
    const [id = ''] = marketplace.catalog.ids();
    marketplace.catalog.touchSkill(id);
    await eventually(async () => {
      const entry = await feed.stores.skillReader.get(id, new Date());
      return entry?.remote.skill.updated_at === marketplace.catalog.get(id)?.updated_at || undefined;
    });
  }
  const caughtUp = (feed: RunningFeed, times: number) =>
    eventually(() => feed.invoked.length >= times || undefined);

  it('stores what is announced, and asks for a catch-up first', async () => {
    const feed = await start();
    await expectFresh(feed);
    await caughtUp(feed, 1);
    expect(feed.invoked[0]).toMatchObject({ trigger: 'catch_up', run_id: expect.any(String) });
    expect(await feed.reported((report) => report.messagesTotal.skill_update === 1)).toMatchObject({
      status: 'open',
      connected: true,
      reconnectAttempts: 0,
    });
  });

  it.each(['zombie', 'silent'] as const)('finds out a %s server and leaves it', async (kind) => {
    marketplace.faults.add({ kind });
    const feed = await start({ heartbeatMs: 150 });
    await eventually(() => marketplace.feed.accepted > 1 || undefined);
    await feed.reported((report) => report.disconnectReason === 'zombie: no pong in time');
    if (kind === 'zombie') await expectFresh(feed);
    await caughtUp(feed, 2);
  });

  it('finds out a connection that is dead on the way', async () => {
    const proxy = await startTcpProxy(Number(new URL(marketplace.wsUrl).port));
    const feed = await start({ url: `ws://127.0.0.1:${proxy.port}/ws`, heartbeatMs: 150 });
    await feed.reported((report) => report.connected);
    proxy.freeze();
    await eventually(() => marketplace.feed.accepted > 1 || undefined);
    await feed.reported(
      (report) => report.connected && report.disconnectReason?.startsWith('zombie') === true,
    );
    await feed.stop();
    await proxy.stop();
  });

  it('lives on pongs alone, and answers pings', async () => {
    const feed = await start({ heartbeatMs: 120 });
    await marketplace.feed.untilOpen(1);
    await eventually(() => (marketplace.feed.sockets()[0]?.pingsReceived ?? 0) >= 3 || undefined);
    marketplace.feed.ping();
    await eventually(() => (marketplace.feed.sockets()[0]?.pongsReceived ?? 0) >= 1 || undefined);
    expect(feed.opened).toBe(1);
  });

  it('goes on after a frame that was cut off', async () => {
    const feed = await start();
    await marketplace.feed.untilOpen(1);
    marketplace.feed.cutMidFrame();
    await feed.reported((report) => report.disconnectReason === 'closed with 1006' && report.connected);
    await expectFresh(feed);
    await caughtUp(feed, 2);
  });

  it.each([
    1000, 1001, 1002, 1004, 1005, 1006, 1007, 1008, 1009, 1011, 1012, 1013, 1014, 1015, 3000, 4401, 4408,
    4429, 4999,
  ])('connects again after close code %i', async (code) => {
    const feed = await start();
    await marketplace.feed.untilOpen(1);
    marketplace.feed.close(code);
    await eventually(() => marketplace.feed.accepted === 2 || undefined);
    await expectFresh(feed);
    expect(await feed.reported((report) => report.reconnectsTotal === 1)).toMatchObject({
      fallbackToPolling: false,
      disconnectReason: expect.stringMatching(/^closed (by us )?with \d{4}$/),
    });
    await caughtUp(feed, 2);
  });

  it.each([1003, 1010, 4400, 4403, 4404])('rests after close code %i, and comes back', async (code) => {
    const feed = await start();
    await marketplace.feed.untilOpen(1);
    marketplace.feed.close(code);
    await feed.reported(
      (report) => report.status === 'polling_only' && !report.connected && report.fallbackToPolling,
    );
    expect(marketplace.feed.accepted).toBe(1);
    await expectFresh(feed);
  });

  it.each([302, 400, 403, 404])('rests after status %i on the upgrade, and comes back', async (status) => {
    const elsewhere = await startMarketplace({ skills: 1 });
    marketplace.faults.add({ kind: 'status', status, route: 'feed', headers: { location: elsewhere.wsUrl } });
    const feed = await start();
    await feed.reported((report) => report.status === 'polling_only');
    await expectFresh(feed);
    expect(elsewhere.stats.requests + elsewhere.feed.accepted).toBe(0);
    await elsewhere.close();
  });

  it.each(['reset', 'hang'] as const)('tries again after a handshake that ends with a %s', async (kind) => {
    marketplace.faults.add({ kind, route: 'feed' });
    const feed = await start({ timing: { connectWithinMs: 200 } });
    await expectFresh(feed);
    await feed.reported((report) => report.disconnectReason?.startsWith('unreachable: ') === true);
  });

  it('says that polling carries the load after three failures, until a connection has lasted', async () => {
    marketplace.faults.add({ kind: 'status', status: 503, route: 'feed', times: 4 });
    const feed = await start();
    const failing = await feed.reported((report) => report.fallbackToPolling);
    expect(failing).toMatchObject({ connected: false, disconnectReason: 'refused with status 503' });
    expect(failing.consecutiveFailures).toBeGreaterThanOrEqual(3);
    expect(await feed.reported((report) => report.connected && !report.fallbackToPolling)).toMatchObject({
      consecutiveFailures: 0,
      reconnectAttempts: 0,
    });
  });

  it('gives up for a while when its attempts are used up, and then begins anew', async () => {
    marketplace.faults.add({ kind: 'status', status: 503, route: 'feed', times: 4 });
    const feed = await start({ maxAttempts: 2, timing: { restMs: 300 } });
    await feed.reported((report) => report.status === 'polling_only');
    expect(marketplace.feed.refused).toBe(3);
    await expectFresh(feed);
    expect(marketplace.feed.refused).toBe(4);
  });

  it('stays away for as long as it is told to', async () => {
    marketplace.faults.add({ kind: 'rate_limit', retryAfterSeconds: 1, route: 'feed' });
    const feed = await start({ timing: { restMs: 5_000 } });
    const begin = Date.now();
    await expectFresh(feed);
    expect(Date.now() - begin).toBeGreaterThanOrEqual(950);
  });

  it('reads the token anew when it is refused, once at once and then with growing waits', async () => {
    const asked: (boolean | undefined)[] = [];
    const token = async ({ renew }: { renew?: boolean } = {}) => {
      asked.push(renew);
      return asked.length > 4 ? marketplace.token : 'old';
    };
    const feed = await start({ token });
    await expectFresh(feed);
    expect(asked).toEqual([false, true, true, true, true]);
    const report = await feed.reported((current) => current.connected);
    expect(JSON.stringify(report)).not.toContain('old');
  });

  it('stays connected while the token is rotated, and takes the new one when the server closes', async () => {
    let current = marketplace.token;
    const feed = await start({ token: async () => current });
    await marketplace.feed.untilOpen(1);
    const next = marketplace.tokens.mint().token;
    await expectFresh(feed);
    expect(marketplace.feed.accepted).toBe(1);
    marketplace.tokens.expire(current);
    current = next;
    await eventually(() => marketplace.feed.sockets().some(({ token }) => token === next) || undefined);
    await expectFresh(feed);
  });

  it('keeps what it does not understand as refused records, and stays connected', async () => {
    const feed = await start();
    await marketplace.feed.untilOpen(1);
    marketplace.feed.sendGarbage();
    marketplace.feed.sendGarbage();
    marketplace.feed.sendRaw('');
    marketplace.feed.sendRaw('[1]');
    marketplace.feed.sendBinary({ type: 'skill_update', data: { skill_id: 'x', name: 'x' } });
    marketplace.feed.broadcast({ type: 'surprise', data: { secret: 'payload' } });
    marketplace.feed.broadcast({ type: 'skill_update', data: { skill_id: 'x', name: 42, code: 'payload' } });
    marketplace.feed.broadcast({ type: 'rating_update', data: { skill_id: 'x', average_rating: 'many' } });
    await expectFresh(feed);
    const frames = await eventually(async () => {
      const { items } = await feed.stores.rejected.list(50, undefined, Date.now());
      return items.length === 7 ? items : undefined;
    });
    expect(frames.every(({ kind }) => kind === 'frame')).toBe(true);
    expect(frames.map(({ reason }) => reason).sort()).toEqual([
      'frame: is binary; frames are JSON text',
      'frame: is no JSON object',
      'frame: is no JSON object',
      'frame: is no JSON object',
      expect.stringMatching(/^rating_update, data: average_rating: /),
      expect.stringMatching(/^skill_update, data: name: /),
      'type: "surprise" is not known',
    ]);
    expect(JSON.stringify(frames)).not.toContain('payload');
    expect(marketplace.feed.accepted).toBe(1);
    expect((await feed.reported((report) => report.rejectedTotal === 8)).connected).toBe(true);
  });

  it('closes with 1009 on a frame above the limit, and comes back', async () => {
    const feed = await start();
    await marketplace.feed.untilOpen(1);
    marketplace.feed.sendOversized();
    await feed.reported((report) => report.disconnectReason === 'closed by us with 1009');
    await expectFresh(feed);
    await caughtUp(feed, 2);
  });

  it('takes figures, removals and categories', async () => {
    const feed = await start();
    await expectFresh(feed);
    const [id = '', other = ''] = marketplace.catalog.ids();
    marketplace.ratings.add({ skill_id: id, user_id: 'u', rating: 5 });
    marketplace.catalog.touchSkill(other);
    marketplace.catalog.removeSkill(other);
    marketplace.catalog.upsertCategory({ name: 'Brand new' });
    const { rating_count } = marketplace.catalog.get(id) ?? {};
    await eventually(async () => {
      const skill = (await feed.stores.skillReader.get(id, new Date()))?.remote.skill;
      const { items: categories } = await feed.stores.categoryReader.list(200, undefined, Date.now());
      const isGone = (await feed.stores.skillReader.get(other, new Date())) === undefined;
      const isThere = categories.some(({ name }) => name === 'Brand new');
      return (skill?.rating_count === rating_count && isGone && isThere) || undefined;
    });
  });

  it.each([3_600_000, -3_600_000])('loses nothing when the clock jumps by %i ms', async (jumpMs) => {
    let offset = 0;
    const feed = await start({ overrides: { now: () => Date.now() + offset } });
    await expectFresh(feed);
    offset = jumpMs;
    await expectFresh(feed);
    await feed.reported((report) => report.connected);
    await expectFresh(feed);
  });
});
