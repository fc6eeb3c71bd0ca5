import { describe, expect, it } from 'vitest';
import { FEED_LEASE_MS } from '#core/feed/feed-state.ts';
import { openMemoryStores } from '#test/engines/test-stores.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';
import { startVirtualFeed } from './virtual-feed.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const AHEAD = [DAY, 365 * DAY];

/** A clock on which time passes as ever, and which somebody sets. */
function createSettableClock(aheadMs: number) {
  const clock = createVirtualClock();
  let offsetMs = aheadMs;
  return {
    ...clock,
    now: () => clock.now() + offsetMs,
    putRight: () => {
      offsetMs = 0;
    },
  };
}

describe('the feed after a clock that was ahead', () => {
  it.each(AHEAD)('is taken over at once from a task that died %i ms ahead', async (ms) => {
    const clock = createSettableClock(ms);
    const stores = await openMemoryStores();
    await stores.feed.acquire('a task that died', clock.now(), FEED_LEASE_MS);
    clock.putRight();
    const feed = await startVirtualFeed({ clock, stores });
    await clock.advance(1_000);
    expect(feed.connects).toHaveLength(1);
    await feed.stop();
  });

  it('is taken over within five minutes from a task that died five minutes ahead', async () => {
    const clock = createSettableClock(5 * MINUTE);
    const stores = await openMemoryStores();
    await stores.feed.acquire('a task that died', clock.now(), FEED_LEASE_MS);
    clock.putRight();
    const feed = await startVirtualFeed({ clock, stores });
    await clock.advance(4 * MINUTE);
    expect(feed.connects).toHaveLength(0);
    await clock.advance(2 * MINUTE);
    expect(feed.connects).toHaveLength(1);
    await feed.stop();
  });

  it.each([1_000, 5 * MINUTE, ...AHEAD])(
    'stays with its task, connected, when the clock goes back %i ms',
    async (ms) => {
      const clock = createSettableClock(ms);
      const feed = await startVirtualFeed({ clock });
      await clock.advance(MINUTE);
      clock.putRight();
      await clock.advance(3 * MINUTE);
      const { leaseUntil = 0, report } = await feed.stores.feed.read();
      expect([feed.connects.length, report?.connected]).toEqual([1, true]);
      expect(leaseUntil - clock.now()).toBeGreaterThan(0);
      expect(leaseUntil - clock.now()).toBeLessThanOrEqual(FEED_LEASE_MS);
      await feed.stop();
    },
  );

  it.each(AHEAD)('is connected, again or still, when the clock goes forward %i ms', async (ms) => {
    const clock = createSettableClock(-ms);
    const feed = await startVirtualFeed({ clock });
    await clock.advance(MINUTE);
    clock.putRight();
    await clock.advance(10_000);
    expect((await feed.report())?.connected).toBe(true);
    expect(feed.connects.length).toBeLessThanOrEqual(2);
    await feed.stop();
  });
});
