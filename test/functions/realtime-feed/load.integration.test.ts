import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sleep } from '#adapters/clock/sleep.ts';
import { StorageError } from '#core/errors.ts';
import { type Marketplace, startMarketplace } from '#local/marketplace/server.ts';
import { openMemoryStores, type TestStores } from '#test/engines/test-stores.ts';
import { eventually, type FeedTestOptions, type RunningFeed, startFeed } from './feed-harness.ts';

const SKILLS = 500;
/** A stop that writes what is left takes a second; the rest is for a machine that is slow. */
const STOP_LIMIT_MS = 20_000;

describe('the feed under load', () => {
  let marketplace: Marketplace;
  let feed: RunningFeed | undefined;
  beforeEach(async () => {
    marketplace = await startMarketplace({ skills: SKILLS });
  });
  afterEach(async () => {
    await feed?.stop();
    feed = undefined;
    await marketplace.close();
  });

  async function start(options: Partial<FeedTestOptions> = {}): Promise<RunningFeed> {
    feed = await startFeed({ url: marketplace.wsUrl, ...options });
    await marketplace.feed.untilOpen(1);
    return feed;
  }
  /** Every skill that was announced is stored as the marketplace has it now. */
  async function expectSettled({ skillReader }: TestStores): Promise<void> {
    const isSettled = async () => {
      for (const id of marketplace.catalog.ids()) {
        const entry = await skillReader.get(id, new Date());
        if (entry?.remote.skill.updated_at !== marketplace.catalog.get(id)?.updated_at) return undefined;
      }
      return true;
    };
    await eventually(isSettled, 60_000);
    for (const id of marketplace.catalog.ids()) {
      expect((await skillReader.get(id, new Date()))?.remote.skill).toEqual(marketplace.catalog.get(id));
    }
  }
  /** Stores whose writes of skills do what the test says first. */
  async function storesWith(before: () => Promise<void>): Promise<TestStores> {
    const stores = await openMemoryStores();
    const put: TestStores['skills']['put'] = async (...args) => {
      await before();
      return stores.skills.put(...args);
    };
    return { ...stores, skills: { ...stores.skills, put } };
  }

  it('loses none of 10,000 messages in one burst', async () => {
    const { stores, reported } = await start();
    await marketplace.flood({ frames: 10_000, skills: SKILLS });
    await expectSettled(stores);
    expect((await reported((report) => report.messagesTotal.skill_update === 10_000)).rejectedTotal).toBe(0);
    expect(marketplace.feed.accepted).toBe(1);
  });

  it('comes out right whatever comes twice and in whatever order', async () => {
    const { stores } = await start();
    marketplace.feed.setDelivery({ duplicateRate: 0.3, reorderWindow: 25 });
    await marketplace.flood({ frames: 4_000, skills: SKILLS });
    marketplace.feed.flush();
    await expectSettled(stores);
  });

  it('stops reading while the table refuses, and then applies everything', async () => {
    let isDown = true;
    let writes = 0;
    const stores = await storesWith(async () => {
      if (isDown) throw new StorageError('down');
      writes += 1;
    });
    const { opened } = await start({ stores, limits: { entries: 50 }, heartbeatMs: 150 });
    await marketplace.flood({ frames: 1_000, skills: SKILLS });
    // Longer than it takes to find out a zombie: a socket that we have paused ourselves is none.
    await sleep(800);
    expect(writes).toBe(0);
    expect((await stores.feed.read()).report?.messagesTotal.skill_update).toBeLessThan(1_000);
    isDown = false;
    await expectSettled(stores);
    expect(writes).toBeLessThan(2_000);
    expect(opened).toBe(1);
    expect(marketplace.feed.accepted).toBe(1);
  });

  it('holds no more than its limits while the table is slow', async () => {
    let most = 0;
    let busy = 0;
    const stores = await storesWith(async () => {
      busy += 1;
      most = Math.max(most, busy);
      await sleep(20);
      busy -= 1;
    });
    await start({ stores, limits: { entries: 100, concurrent: 8 } });
    await marketplace.flood({ frames: 2_000, skills: SKILLS });
    await expectSettled(stores);
    expect(most).toBe(8);
  });

  it('writes what it has read when it is stopped in the middle', async () => {
    const written = new Set<string>();
    const stores = await storesWith(() => sleep(2));
    const started = await start({ stores });
    const flood = marketplace.flood({ frames: 20_000, skills: SKILLS, perSecond: 5_000 });
    await started.reported((report) => report.messagesTotal.skill_update > 2_000);
    const begin = Date.now();
    await started.stop();
    expect(Date.now() - begin).toBeLessThan(STOP_LIMIT_MS);
    const { report, leaseUntil } = await stores.feed.read();
    expect(report).toMatchObject({
      status: 'idle',
      connected: false,
      disconnectReason: 'the task was stopped',
    });
    expect(leaseUntil).toBeUndefined();
    for (const id of marketplace.catalog.ids()) {
      if (await stores.skillReader.get(id, new Date())) written.add(id);
    }
    expect(written.size).toBe(SKILLS);
    // The marketplace hears of the end after we have it.
    await expect.poll(() => marketplace.feed.open).toBe(0);
    await marketplace.close();
    await flood;
  });

  it('leaves neither timers nor sockets nor memory behind after 1,000 reconnects', async () => {
    const stores = await openMemoryStores();
    let reconnects = 0;
    const { reported } = await start({
      stores,
      maxAttempts: 1_000_000,
      timing: { publishMs: 3_600_000 },
      // Each backoff is the least one, and passes at once.
      overrides: { random: () => 0, sleep: (ms, signal) => sleep(ms === 100 ? 0 : ms, signal) },
    });
    const reconnect = async (times: number) => {
      for (let n = 0; n < times; n += 1) {
        const { accepted } = marketplace.feed;
        if (n % 3 === 0) marketplace.feed.close(1006);
        else marketplace.feed.close(1001);
        await marketplace.feed.untilOpen(0);
        await eventually(
          () => (marketplace.feed.accepted > accepted && marketplace.feed.open === 1) || undefined,
        );
        reconnects += 1;
      }
      await sleep(300);
    };
    await reconnect(150);
    const before = weigh(marketplace);
    await reconnect(1_000);
    const after = weigh(marketplace);
    expect(reconnects).toBe(1_150);
    expect(after.handles).toBeLessThanOrEqual(before.handles + 2);
    expect(after.heapMb - before.heapMb).toBeLessThan(4);
    await reported((report) => report.reconnectsTotal >= 1_150);
  });
});

/** What this process holds: its handles and timers, and its heap after a collection. */
function weigh(marketplace: Marketplace): { handles: number; heapMb: number } {
  marketplace.stats.reset();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return {
    handles: process.getActiveResourcesInfo().length,
    heapMb: process.memoryUsage().heapUsed / 1_048_576,
  };
}
