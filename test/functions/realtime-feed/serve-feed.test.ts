import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import type { FeedMinute } from '#functions/realtime-feed/count-frames.ts';
import { openMemoryStores } from '#test/engines/test-stores.ts';
import { aFeedReport } from '#test/functions/admin-api/example-records.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';
import { OPTIONS, startVirtualFeed } from './virtual-feed.ts';

const SKILL = {
  type: 'skill_update',
  data: { skill_id: 'a', name: 'A', updated_at: '2023-11-14T22:13:00Z' },
};

describe('Function: createFeed', () => {
  it('does not connect where the settings say no, whatever an operator wants', async () => {
    const feed = await startVirtualFeed({ overrides: { options: { ...OPTIONS, isEnabled: false } } });
    await feed.stores.feed.control({ enabled: true, reconnectRequestedAt: 1 });
    await feed.clock.advance(60_000);
    expect(feed.connects).toHaveLength(0);
    expect(await feed.report()).toMatchObject({ status: 'disabled', connected: false });
    await feed.stop();
  });

  it('obeys an operator within 10 s: off, on, and a new connection', async () => {
    const feed = await startVirtualFeed();
    const { control } = feed.stores.feed;
    await feed.clock.advance(10_000);
    await control({ enabled: false });
    await feed.clock.advance(10_000);
    expect(await feed.report()).toMatchObject({ status: 'disabled', connected: false });
    await control({ enabled: true });
    await feed.clock.advance(10_000);
    expect(feed.connects).toHaveLength(2);
    await control({ reconnectRequestedAt: feed.clock.now() });
    await feed.clock.advance(10_000);
    expect(feed.connects).toHaveLength(3);
    await feed.stop();
  });

  it('does not obey a wish for a new connection that came before it', async () => {
    const stores = await openMemoryStores();
    await stores.feed.control({ reconnectRequestedAt: 1 });
    const feed = await startVirtualFeed({ stores });
    await feed.clock.advance(60_000);
    expect(feed.connects).toHaveLength(1);
    await feed.stop();
  });

  it('continues the totals of the task before, and what that one knew', async () => {
    const clock = createVirtualClock();
    const stores = await openMemoryStores();
    const before = await stores.feed.acquire('a task before', clock.now(), 30_000);
    const report = aFeedReport({
      rejectedTotal: 5,
      reconnectsTotal: 2,
      disconnectReason: 'closed with 1006',
    });
    await stores.feed.release(before!, clock.now(), report);
    const feed = await startVirtualFeed({ clock, stores });
    feed.server().events.frame({ text: '{', isBinary: false, bytes: 1 });
    await clock.advance(10_000);
    expect(await feed.report()).toMatchObject({
      rejectedTotal: 6,
      reconnectsTotal: 2,
      disconnectReason: 'closed with 1006',
    });
    await feed.stop();
  });

  it('publishes once a minute, with reconnects and rejected frames, and only while it has the lease', async () => {
    const stores = await openMemoryStores();
    const clock = createVirtualClock();
    await stores.feed.acquire('another task', clock.now(), 30_000);
    const minutes: FeedMinute[] = [];
    const feed = await startVirtualFeed({
      clock,
      stores,
      overrides: { publish: (minute) => void minutes.push(minute) },
    });
    await clock.advance(29_000);
    expect(minutes).toHaveLength(0);
    await clock.advance(20_000);
    feed.server().events.frame({ text: '{', isBinary: false, bytes: 1 });
    feed.server().events.ended({ kind: 'closed', code: 1012 });
    await clock.advance(20_000);
    expect(minutes).toMatchObject([{ connected: true, disabled: false, rejected: 1, reconnects: 1 }]);
    await feed.stop();
  });

  it('reports for how long the polls alone kept the cache fresh', async () => {
    const minutes: FeedMinute[] = [];
    const feed = await startVirtualFeed({
      maxAttempts: 3,
      overrides: { publish: (minute) => void minutes.push(minute) },
    });
    // Four failures in a row: three make the fallback, and the fourth an hour's rest.
    for (let failures = 0; failures < 4; failures += 1) {
      await feed.clock.advance(9_000);
      feed.server().events.ended({ kind: 'closed', code: 1006 });
    }
    await feed.clock.advance(4 * 60_000);
    expect(minutes.slice(-3).map(({ fallbackSeconds }) => fallbackSeconds)).toEqual([60, 60, 60]);
    const { fallbackSecondsTotal } = (await feed.report())!;
    expect(fallbackSecondsTotal).toBe(minutes.reduce((sum, one) => sum + one.fallbackSeconds, 0));
    await feed.stores.feed.control({ enabled: false });
    await feed.clock.advance(3 * 60_000);
    expect(minutes.at(-1)).toMatchObject({ fallbackSeconds: 0, disabled: true });
    await feed.stop();
  });

  it('brings the search in step once a minute', async () => {
    let flushes = 0;
    const flushSearch = async () => {
      flushes += 1;
    };
    const feed = await startVirtualFeed({ overrides: { flushSearch } });
    await feed.clock.advance(59_000);
    expect(flushes).toBe(0);
    await feed.clock.advance(122_000);
    expect(flushes).toBe(3);
    await feed.stop();
  });

  it('pauses its session while the table fails, and goes on when it is back', async () => {
    const stores = await openMemoryStores();
    let fails = true;
    const put: typeof stores.skills.put = (...args) =>
      fails ? Promise.reject(new StorageError('down')) : stores.skills.put(...args);
    const feed = await startVirtualFeed({ stores, overrides: { skills: { ...stores.skills, put } } });
    feed.server().say(SKILL);
    await feed.clock.advance(0);
    expect(feed.paused).toEqual([true]);
    fails = false;
    await feed.clock.advance(1_000);
    expect(feed.paused).toEqual([true, false]);
    await feed.stop();
  });

  it('gives the lease back when it is stopped, although the table fails, and leaves no timer behind', async () => {
    const stores = await openMemoryStores();
    const put = () => Promise.reject(new StorageError('down'));
    const feed = await startVirtualFeed({ stores, overrides: { skills: { ...stores.skills, put } } });
    feed.server().say(SKILL);
    await feed.clock.advance(1_000);
    const stoppedAt = feed.clock.now();
    await feed.stop();
    const { leaseUntil = 0, report } = await stores.feed.read();
    expect(leaseUntil).toBeLessThanOrEqual(stoppedAt + 14_000);
    expect(report).toMatchObject({ status: 'idle', connected: false });
    expect(feed.clock.pending()).toBe(0);
  });
});
