import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import { FEED_TIMING } from '#functions/realtime-feed/feed-timing.ts';
import { FrameRejections } from '#functions/realtime-feed/reject-frames.ts';
import { openMemoryStores, SILENT, type TestStores } from '#test/engines/test-stores.ts';
import { createVirtualClock, settle } from '#test/virtual-clock.ts';

const HOUR = 3_600_000;

async function createScene(maxKept = 3) {
  const clock = createVirtualClock();
  const stores: TestStores = await openMemoryStores();
  const calls: string[] = [];
  const scene = { isDown: false };
  const rejected = {
    list: stores.rejected.list,
    put: async (record: Parameters<TestStores['rejected']['put']>[0]) => {
      if (scene.isDown) throw new StorageError('down');
      calls.push(`put ${record.id}`);
      await stores.rejected.put(record);
    },
    remove: async (record: { readonly kind: string; readonly id: string }) => {
      calls.push(`remove ${record.id}`);
      await stores.rejectedRemover.remove(record);
    },
  };
  const start = () => new FrameRejections({ ...clock, rejected, log: SILENT, timing: FEED_TIMING, maxKept });
  const listed = async () =>
    (await stores.rejected.list(50, undefined, clock.now())).items.map(({ id }) => id);
  return Object.assign(scene, { clock, stores, calls, start, listed });
}

describe('rejected frames', () => {
  it('are kept with their reason, the same one once', async () => {
    const { start, calls, stores, clock } = await createScene();
    const rejections = start();
    for (const id of ['a', 'a', 'b', 'a']) rejections.reject(id, 'bad');
    await rejections.idle();
    rejections.reject('a', 'bad');
    await rejections.idle();
    expect(calls).toEqual(['put a', 'put b']);
    const { items } = await stores.rejected.list(9, undefined, clock.now());
    expect(items[0]).toMatchObject({ id: 'a', kind: 'frame', reason: 'bad', runId: 'realtime-feed' });
  });

  it('are written again when they are still seen half a day later, or for another reason', async () => {
    const { start, calls, clock } = await createScene();
    const rejections = start();
    rejections.reject('a', 'bad');
    await rejections.idle();
    await clock.advance(11 * HOUR);
    rejections.reject('a', 'bad');
    await clock.advance(HOUR);
    rejections.reject('a', 'bad');
    await rejections.idle();
    rejections.reject('a', 'worse');
    await rejections.idle();
    expect(calls).toEqual(['put a', 'put a', 'put a']);
  });

  it.each([1, 365])(
    'are written again when a clock was %i days ahead, and go before all others',
    async (days) => {
      const { start, calls, clock, stores } = await createScene();
      const ahead = clock.now() + days * 24 * HOUR;
      const seen = { kind: 'frame', reason: 'bad', runId: 'x', firstSeenAt: ahead, lastSeenAt: ahead };
      for (const id of ['a', 'b']) await stores.rejected.put({ ...seen, id });
      const rejections = start();
      rejections.reject('a', 'bad');
      await rejections.idle();
      expect(calls).toEqual(['put a']);
      const { items } = await stores.rejected.list(9, undefined, clock.now());
      expect(items.find(({ id }) => id === 'a')).toMatchObject({
        firstSeenAt: clock.now(),
        lastSeenAt: clock.now(),
      });
    },
  );

  it('are the newest so many, also over the life of several tasks', async () => {
    const { start, listed, stores, clock } = await createScene();
    const first = start();
    for (const id of ['a', 'b', 'c', 'd']) {
      await clock.advance(1);
      first.reject(id, 'bad');
      await first.idle();
    }
    expect(await listed()).toEqual(['b', 'c', 'd']);
    const other = {
      id: 'x',
      kind: 'skill',
      reason: 'r',
      runId: 'r',
      firstSeenAt: 1,
      lastSeenAt: clock.now(),
    };
    await stores.rejected.put(other);
    await clock.advance(1);
    const second = start();
    second.reject('e', 'bad');
    second.reject('c', 'bad');
    await second.idle();
    expect((await listed()).sort()).toEqual(['c', 'd', 'e', 'x']);
  });

  it('cost nothing when they are pushed out before their turn', async () => {
    const { start, calls, listed } = await createScene();
    const rejections = start();
    for (let n = 0; n < 5_000; n += 1) rejections.reject(`f${n}`, 'bad');
    await rejections.idle();
    expect(calls).toHaveLength(3);
    expect(await listed()).toEqual(['f4997', 'f4998', 'f4999']);
  });

  it('wait for a table that is down', async () => {
    const scene = await createScene();
    const rejections = scene.start();
    scene.isDown = true;
    rejections.reject('a', 'bad');
    await scene.clock.advance(60_000);
    scene.isDown = false;
    await scene.clock.advance(5_000);
    await rejections.idle();
    expect(await scene.listed()).toEqual(['a']);
  });

  it('leave no timer behind when the feed stops', async () => {
    const scene = await createScene();
    const rejections = scene.start();
    scene.isDown = true;
    rejections.reject('a', 'bad');
    await settle();
    rejections.stop();
    await rejections.idle();
    expect(scene.clock.pending()).toBe(0);
  });
});
