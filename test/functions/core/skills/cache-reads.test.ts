import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import { type CacheReads, createCacheReadCounter } from '#core/skills/cache-reads.ts';
import { createVirtualClock, settle } from '#test/virtual-clock.ts';

const MINUTE = 60_000;

function scene() {
  const timer = createVirtualClock();
  const world = {
    clock: 1_000_000,
    fails: false,
    /** What a write waits for. */
    table: Promise.resolve(),
    added: [] as CacheReads[],
    warnings: 0,
  };
  const total = (of: keyof CacheReads) => world.added.reduce((sum, reads) => sum + reads[of], 0);
  const createCounter = () =>
    createCacheReadCounter({
      store: {
        async add(reads) {
          await world.table;
          if (world.fails) throw new StorageError('down');
          world.added.push(reads);
        },
        totals: async () => ({ hits: 100 + total('hits'), misses: 10 + total('misses') }),
      },
      now: () => world.clock,
      sleep: timer.sleep,
      log: {
        warn: () => {
          world.warnings += 1;
        },
      },
    });
  return { world, timer, createCounter, counter: createCounter() };
}

describe('createCacheReadCounter', () => {
  it('stores with the first read, and then once a minute what came since', async () => {
    const { world, counter } = scene();
    await counter.count(true);
    await counter.count(true);
    await counter.count(false);
    expect(world.added).toEqual([{ hits: 1, misses: 0 }]);
    world.clock += MINUTE;
    await counter.count(false);
    expect(world.added).toEqual([
      { hits: 1, misses: 0 },
      { hits: 1, misses: 2 },
    ]);
  });

  it('writes no more than once a minute, however many reads there are at once', async () => {
    const { world, counter } = scene();
    await Promise.all(Array.from({ length: 500 }, (_, index) => counter.count(index % 5 > 0)));
    expect(world.added).toHaveLength(1);
    world.clock += MINUTE;
    await counter.count(true);
    expect(await counter.totals()).toEqual({ hits: 501, misses: 110 });
  });

  it('keeps what can not be stored, and tries again a minute later', async () => {
    const { world, counter } = scene();
    world.fails = true;
    await counter.count(true);
    expect(await counter.totals()).toEqual({ hits: 100, misses: 10 });
    world.fails = false;
    await counter.count(true);
    expect([world.added, world.warnings]).toEqual([[], 1]);
    world.clock += MINUTE;
    await counter.count(true);
    expect(world.added).toEqual([{ hits: 3, misses: 0 }]);
  });

  it('has the same totals in each process, so that they never fall from one scrape to the next', async () => {
    const { counter, createCounter } = scene();
    const other = createCounter();
    for (let read = 0; read < 5; read += 1) await counter.count(true);

    expect([await counter.totals(), await other.totals()]).toEqual([
      { hits: 101, misses: 10 },
      { hits: 101, misses: 10 },
    ]);
  });

  it.each([
    ['stores in the end', false, { hits: 2, misses: 0 }],
    ['fails in the end', true, { hits: 3, misses: 0 }],
  ])('keeps a read waiting for 300 ms at most, for a write that %s', async (_how, fails, next) => {
    const { world, timer, counter } = scene();
    let end = () => {};
    world.table = new Promise((resolve) => {
      end = resolve;
    });
    world.fails = fails;
    let answered = 0;
    const read = counter.count(true).then(() => {
      answered = timer.now();
    });
    const startedAt = timer.now();
    await counter.count(true);

    await timer.advance(5_000);
    await read;
    expect(answered - startedAt).toBe(300);

    end();
    await settle();
    world.fails = false;
    world.clock += MINUTE;
    await counter.count(true);
    expect(world.added.at(-1)).toEqual(next);
    expect([await counter.totals(), timer.pending()]).toEqual([{ hits: 103, misses: 10 }, 0]);
  });

  it('goes on when the clock was set back', async () => {
    const { world, counter } = scene();
    await counter.count(true);
    world.clock -= 3_600_000;
    await counter.count(true);
    expect(world.added).toHaveLength(2);
  });
});
