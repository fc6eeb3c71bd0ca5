import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import { type Pending, pendingOf } from '#functions/realtime-feed/coalesce-updates.ts';
import { FEED_TIMING } from '#functions/realtime-feed/feed-timing.ts';
import { type BufferDeps, WriteBuffer } from '#functions/realtime-feed/write-buffer.ts';
import { T0 } from '#test/contracts/versions.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import { createVirtualClock, settle } from '#test/virtual-clock.ts';
import { skill } from './arrivals.ts';

/** A buffer on a clock of its own; each write waits until the test ends it. */
function createScene(limits: Partial<BufferDeps['limits']> = {}) {
  const clock = createVirtualClock(T0);
  const started: Pending[] = [];
  const open: { pending: Pending; end: (error?: Error) => void }[] = [];
  const pauses: boolean[] = [];
  const rejected: string[] = [];
  const stored: string[] = [];
  const buffer = new WriteBuffer({
    write: (pending) =>
      new Promise((resolve, reject) => {
        started.push(pending);
        open.push({ pending, end: (error) => (error ? reject(error) : resolve()) });
      }),
    reject: (key) => void rejected.push(key),
    stored: ({ key }) => void stored.push(key),
    sleep: clock.sleep,
    random: () => 0.999,
    log: SILENT,
    timing: FEED_TIMING,
    limits,
  });
  buffer.throttle({ setPaused: (isPaused) => void pauses.push(isPaused) });
  const end = async (error?: Error) => {
    for (const { end: endOne } of open.splice(0)) endOne(error);
    await settle();
  };
  return { clock, started, open, pauses, rejected, stored, buffer, end };
}

const DOWN = new StorageError('down');

describe('the write buffer', () => {
  it('folds what arrives in one go, and while the same skill is being written', async () => {
    const { buffer, started, end } = createScene();
    buffer.put(pendingOf(skill('a', 1)));
    buffer.put(pendingOf(skill('a', 3)));
    buffer.put(pendingOf(skill('a', 2)));
    await settle();
    for (const changedAt of [4, 6, 5]) buffer.put(pendingOf(skill('a', changedAt)));
    await settle();
    expect(started.map(({ change }) => change)).toEqual([skill('a', 3)]);
    await end();
    await end();
    expect(started.map(({ change }) => change)).toEqual([skill('a', 3), skill('a', 6)]);
    expect(buffer.size).toBe(0);
  });

  it('writes so many at once and no more', async () => {
    const { buffer, open } = createScene({ concurrent: 3 });
    for (let n = 0; n < 10; n += 1) buffer.put(pendingOf(skill(`s${n}`, 1)));
    await settle();
    expect(open).toHaveLength(3);
    expect(buffer.size).toBe(10);
  });

  it('stops reading when it is full by count, and goes on below half', async () => {
    const { buffer, pauses, open, end } = createScene({ entries: 4, concurrent: 1 });
    for (let n = 0; n < 4; n += 1) buffer.put(pendingOf(skill(`s${n}`, 1)));
    expect(pauses).toEqual([true]);
    await settle();
    await end();
    await end();
    expect(pauses).toEqual([true]);
    expect(open).toHaveLength(1);
    await end();
    expect(pauses).toEqual([true, false]);
  });

  it('stops reading when it is full by weight', async () => {
    const { buffer, pauses, end } = createScene({ bytes: 25, concurrent: 1 });
    for (let n = 0; n < 3; n += 1) buffer.put(pendingOf(skill(`s${n}`, 1)));
    expect(pauses).toEqual([true]);
    for (let n = 0; n < 3; n += 1) {
      await settle();
      await end();
    }
    expect(pauses).toEqual([true, false]);
  });

  it('keeps what could not be written, folds it with what came since, and stops reading meanwhile', async () => {
    const { buffer, pauses, started, clock, end, stored } = createScene();
    buffer.put(pendingOf(skill('a', 1)));
    buffer.put(pendingOf(skill('b', 9)));
    await settle();
    await end(DOWN);
    expect(pauses).toEqual([true]);
    buffer.put(pendingOf(skill('a', 2)));
    buffer.put(pendingOf(skill('b', 3)));
    await settle();
    expect(started).toHaveLength(2);
    await clock.advance(1_000);
    expect(started.slice(2).map(({ change }) => change)).toEqual([skill('a', 2), skill('b', 9)]);
    await end();
    expect([pauses, stored]).toEqual([
      [true, false],
      ['skill a', 'skill b'],
    ]);
  });

  it('never drops anything while nothing can be written, for however long', async () => {
    const { buffer, rejected, clock, open, end } = createScene();
    buffer.put(pendingOf(skill('a', 1)));
    for (let n = 0; n < 100; n += 1) {
      await settle();
      if (n % 10 === 5) buffer.put(pendingOf(skill('a', n)));
      if (open.length > 0) await end(DOWN);
      await clock.advance(8_000);
    }
    expect([buffer.size, rejected]).toEqual([1, []]);
    await end();
    expect(buffer.size).toBe(0);
  });

  it('rejects an entry that can never be written while others can', async () => {
    const { buffer, rejected, clock, open } = createScene();
    buffer.put(pendingOf(skill('bad', 1)));
    for (let n = 0; n < 60 && buffer.size > 0; n += 1) {
      buffer.put(pendingOf(skill('good', n)));
      await settle();
      for (const { pending, end } of open.splice(0)) end(pending.key === 'skill bad' ? DOWN : undefined);
      await clock.advance(8_000);
    }
    expect(rejected).toEqual(['skill bad']);
  });

  it('says when it is empty, and stops without leaving a timer', async () => {
    const { buffer, clock, end } = createScene();
    await buffer.drained();
    buffer.put(pendingOf(skill('a', 1)));
    let isDrained = false;
    void buffer.drained().then(() => {
      isDrained = true;
    });
    await settle();
    await end(DOWN);
    expect([isDrained, clock.pending()]).toEqual([false, 1]);
    buffer.stop();
    await settle();
    expect(clock.pending()).toBe(0);
  });
});
