import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sleep } from '#adapters/clock/sleep.ts';
import { StorageError } from '#core/errors.ts';
import { type Marketplace, startMarketplace } from '#local/marketplace/server.ts';
import { openMemoryStores, type TestStores } from '#test/engines/test-stores.ts';
import { eventually, type FeedTestOptions, type RunningFeed, startFeed } from './feed-harness.ts';

describe('the feed of which there may be one', () => {
  let marketplace: Marketplace;
  let stores: TestStores;
  let feeds: RunningFeed[];
  let mostOpen = 0;
  let watch: NodeJS.Timeout;
  beforeEach(async () => {
    marketplace = await startMarketplace({ skills: 5 });
    stores = await openMemoryStores();
    feeds = [];
    mostOpen = 0;
    watch = setInterval(() => {
      mostOpen = Math.max(mostOpen, marketplace.feed.open);
    }, 1);
  });
  afterEach(async () => {
    clearInterval(watch);
    await Promise.all(feeds.map((feed) => feed.stop()));
    await marketplace.close();
  });

  async function start(holder: string, options: Partial<FeedTestOptions> = {}): Promise<RunningFeed> {
    const feed = await startFeed({ url: marketplace.wsUrl, stores, holder, ...options });
    feeds.push(feed);
    return feed;
  }

  it('lets one of two tasks connect, and the other one when the first has gone', async () => {
    const [first, second] = [await start('one'), await start('two')];
    await marketplace.feed.untilOpen(1);
    await sleep(150);
    expect([first.opened, second.opened]).toEqual([1, 0]);
    await first.stop();
    await eventually(() => second.opened === 1 || undefined);
    await marketplace.feed.untilOpen(1);
    expect(mostOpen).toBe(1);
    expect(marketplace.feed.accepted).toBe(2);
  });

  it('counts on from what the task before has reported', async () => {
    const first = await start('one');
    await marketplace.feed.untilOpen(1);
    const [id = ''] = marketplace.catalog.ids();
    marketplace.catalog.touchSkill(id);
    await first.reported((report) => report.messagesTotal.skill_update === 1);
    await first.stop();
    const second = await start('two');
    await marketplace.feed.untilOpen(1);
    marketplace.catalog.touchSkill(id);
    await second.reported((report) => report.messagesTotal.skill_update === 2);
  });

  it('cuts its socket at once when somebody else has the lease', async () => {
    await start('one');
    await marketplace.feed.untilOpen(1);
    await stores.raw.patch('FEED', 'STATE', { fence: 99, holder: 'two', leaseUntil: Date.now() + 400 });
    await marketplace.feed.untilOpen(0);
    // And comes back when that one is over.
    await marketplace.feed.untilOpen(1);
    expect((await stores.feed.read()).leaseUntil).toBeGreaterThan(Date.now());
  });

  it('cuts its socket before its lease ends when the table can’t be had, and comes back with it', async () => {
    let isDown = false;
    const renew: TestStores['feed']['renew'] = async (...args) => {
      if (isDown) throw new StorageError('down');
      return stores.feed.renew(...args);
    };
    await start('one', { overrides: { store: { ...stores.feed, renew } } });
    await marketplace.feed.untilOpen(1);
    isDown = true;
    await marketplace.feed.untilOpen(0);
    expect((await stores.feed.read()).leaseUntil).toBeGreaterThan(Date.now() + 4_000);
    isDown = false;
    await eventually(() => marketplace.feed.open === 1 || undefined);
    expect(mostOpen).toBe(1);
  });

  it('does the same when a renewal gets no answer at all', async () => {
    let isStuck = false;
    const renew: TestStores['feed']['renew'] = (...args) =>
      isStuck ? new Promise(() => undefined) : stores.feed.renew(...args);
    await start('one', { overrides: { store: { ...stores.feed, renew } } });
    await marketplace.feed.untilOpen(1);
    isStuck = true;
    await marketplace.feed.untilOpen(0);
    expect((await stores.feed.read()).leaseUntil).toBeGreaterThan(Date.now() + 4_000);
  });

  it('obeys an operator', async () => {
    const feed = await start('one');
    await marketplace.feed.untilOpen(1);
    await stores.feed.control({ reconnectRequestedAt: Date.now() });
    await eventually(() => (marketplace.feed.accepted === 2 && marketplace.feed.open === 1) || undefined);
    await eventually(() => feed.invoked.length === 2 || undefined);
    await stores.feed.control({ enabled: false });
    await marketplace.feed.untilOpen(0);
    expect(await feed.reported((report) => report.status === 'disabled')).toMatchObject({
      connected: false,
      disconnectReason: 'disabled by an operator',
    });
    await stores.feed.control({ enabled: true });
    await marketplace.feed.untilOpen(1);
    expect(mostOpen).toBe(1);
    expect(marketplace.feed.accepted).toBe(3);
  });

  it('says each minute whether it is connected, or switched off by an operator', async () => {
    const feed = await start('one', { timing: { publishMs: 50 } });
    const says = (connected: boolean, disabled: boolean) =>
      eventually(() => {
        const last = feed.minutes.at(-1);
        return (last?.connected === connected && last.disabled === disabled) || undefined;
      });
    await says(true, false);
    await stores.feed.control({ enabled: false });
    await says(false, true);
    await stores.feed.control({ enabled: true });
    await says(true, false);
  });

  it('obeys a wish for a new connection once, however many tasks see it', async () => {
    await stores.feed.control({ reconnectRequestedAt: Date.now() });
    await start('one');
    await marketplace.feed.untilOpen(1);
    await sleep(200);
    expect(marketplace.feed.accepted).toBe(1);
  });

  it('never connects where the settings say no, whatever operators want', async () => {
    const feed = await start('one', { isEnabled: false });
    await feed.reported((report) => report.status === 'disabled');
    await stores.feed.control({ enabled: false });
    await stores.feed.control({ enabled: true, reconnectRequestedAt: 1 });
    await sleep(200);
    expect([feed.opened, feed.invoked.length]).toEqual([0, 0]);
  });
});
