import { describe, expect, it } from 'vitest';
import { LeaseLostError, StorageError } from '#core/errors.ts';
import type { FeedReport, FeedState } from '#core/feed/feed-state.ts';
import { FEED_TIMING } from '#functions/realtime-feed/feed-timing.ts';
import { holdLease, waitForLease } from '#functions/realtime-feed/hold-lease.ts';
import { openMemoryStores, SILENT } from '#test/engines/test-stores.ts';
import { aFeedReport } from '#test/functions/admin-api/example-records.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

const never = () => new Promise<never>(() => undefined);

/** A task that asks for the lease, on a table that may fail, hang, or say that the lease is lost. */
async function createScene() {
  const clock = createVirtualClock();
  const { feed } = await openMemoryStores();
  const stop = new AbortController();
  const calls = { acquire: 0, read: 0, reports: [] as (FeedReport | undefined)[] };
  const scene = {
    answer: undefined as (() => Promise<never>) | undefined,
    report: aFeedReport({ messagesTotal: { ...aFeedReport().messagesTotal, skill_update: 1 } }),
    states: [] as FeedState[],
    ticks: 0,
  };
  const deps = {
    ...clock,
    holder: 'this task',
    log: SILENT,
    timing: FEED_TIMING,
    tick: () => {
      scene.ticks += 1;
    },
    store: {
      acquire: (...args: Parameters<typeof feed.acquire>) => {
        calls.acquire += 1;
        return scene.answer?.() ?? feed.acquire(...args);
      },
      read: () => {
        calls.read += 1;
        return scene.answer?.() ?? feed.read();
      },
      renew: (...args: Parameters<typeof feed.renew>) => {
        calls.reports.push(args[3]);
        return scene.answer?.() ?? feed.renew(...args);
      },
    },
  };
  const callbacks = {
    report: () => scene.report,
    stateRead: (state: FeedState) => void scene.states.push(state),
  };
  /** Takes the lease and holds it; what it came to is `undefined` while it is held. */
  const hold = async () => {
    const lease = await feed.acquire('this task', clock.now(), FEED_TIMING.leaseMs);
    const held = { outcome: undefined as string | undefined };
    void holdLease(deps, lease!, callbacks, stop.signal).then((outcome) => {
      held.outcome = outcome;
    });
    await clock.advance(0);
    return held;
  };
  return Object.assign(scene, { clock, feed, stop, calls, deps, hold });
}

describe('Function: waitForLease', () => {
  it('takes a lease that nobody holds at once', async () => {
    const { deps, stop } = await createScene();
    expect(await waitForLease(deps, stop.signal)).toMatchObject({ holder: 'this task' });
  });

  it('asks every 3 s while another task holds it, and ticks meanwhile', async () => {
    const scene = await createScene();
    await scene.feed.acquire('another task', scene.clock.now(), FEED_TIMING.leaseMs);
    const asked = waitForLease(scene.deps, scene.stop.signal);
    await scene.clock.advance(29_000);
    expect([scene.calls.acquire, scene.ticks]).toEqual([10, 10]);
    await scene.clock.advance(3_000);
    expect(await asked).toMatchObject({ holder: 'this task' });
  });

  it.each([
    ['fails', () => Promise.reject(new StorageError('down'))],
    ['does not answer', never],
  ])('asks again while the table %s', async (_what, answer) => {
    const scene = await createScene();
    scene.answer = answer;
    const asked = waitForLease(scene.deps, scene.stop.signal);
    await scene.clock.advance(60_000);
    scene.answer = undefined;
    await scene.clock.advance(30_000);
    expect(await asked).toBeDefined();
  });

  it('ends without one when it is stopped, and leaves no timer behind', async () => {
    const scene = await createScene();
    scene.answer = never;
    const asked = waitForLease(scene.deps, scene.stop.signal);
    await scene.clock.advance(1_000);
    scene.stop.abort();
    expect(await asked).toBeUndefined();
    expect(scene.clock.pending()).toBe(0);
  });
});

describe('Function: holdLease', () => {
  it('reads the state first, then every 4 s', async () => {
    const scene = await createScene();
    await scene.hold();
    expect(scene.states).toHaveLength(1);
    await scene.clock.advance(12_000);
    expect(scene.states).toHaveLength(4);
    scene.stop.abort();
  });

  it('renews every 10 s, and writes a report only where it has changed', async () => {
    const scene = await createScene();
    await scene.hold();
    await scene.clock.advance(30_000);
    expect(scene.calls.reports).toEqual([scene.report, undefined, undefined, undefined]);
    scene.stop.abort();
  });

  it('writes a report that changes all the time once in 5 s', async () => {
    const scene = await createScene();
    await scene.hold();
    for (let n = 0; n < 20; n += 1) {
      scene.report = aFeedReport({ rejectedTotal: n });
      await scene.clock.advance(1_000);
    }
    expect(scene.calls.reports).toHaveLength(5);
    scene.stop.abort();
  });

  it.each([
    ['fails', () => Promise.reject(new StorageError('down'))],
    ['does not answer', never],
  ])('is lost 5 s before the lease ends when the table %s', async (_what, answer) => {
    const scene = await createScene();
    const held = await scene.hold();
    scene.answer = answer;
    await scene.clock.advance(24_000);
    expect(held.outcome).toBeUndefined();
    await scene.clock.advance(2_000);
    expect(held.outcome).toBe('lost');
    expect(scene.clock.pending()).toBe(0);
  });

  it('is lost at once when somebody else has the lease', async () => {
    const scene = await createScene();
    const held = await scene.hold();
    scene.answer = () => Promise.reject(new LeaseLostError('gone'));
    await scene.clock.advance(4_000);
    expect(held.outcome).toBe('lost');
  });

  it('stops when it is told to, in the middle of a call, and leaves no timer behind', async () => {
    const scene = await createScene();
    const held = await scene.hold();
    scene.answer = never;
    await scene.clock.advance(5_000);
    scene.stop.abort();
    await scene.clock.advance(0);
    expect([held.outcome, scene.clock.pending()]).toEqual(['stopped', 0]);
  });
});
