import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import { type CacheReads, createCacheReadCounter } from '#core/skills/cache-reads.ts';

const MINUTE = 60_000;

function scene() {
  const world = { clock: 1_000_000, fails: false, added: [] as CacheReads[], warnings: 0 };
  const counter = createCacheReadCounter({
    store: {
      async add(reads) {
        if (world.fails) throw new StorageError('down');
        world.added.push(reads);
      },
      totals: async () => ({ hits: 100, misses: 10 }),
    },
    now: () => world.clock,
    log: {
      warn: () => {
        world.warnings += 1;
      },
    },
  });
  return { world, counter };
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
    expect(await counter.totals()).toEqual({ hits: 500, misses: 109 });
  });

  it('keeps what can not be stored, and tries again a minute later', async () => {
    const { world, counter } = scene();
    world.fails = true;
    await counter.count(true);
    expect(await counter.totals()).toEqual({ hits: 101, misses: 10 });
    world.fails = false;
    await counter.count(true);
    expect([world.added, world.warnings]).toEqual([[], 1]);
    world.clock += MINUTE;
    await counter.count(true);
    expect(world.added).toEqual([{ hits: 3, misses: 0 }]);
  });

  it('goes on when the clock was set back', async () => {
    const { world, counter } = scene();
    await counter.count(true);
    world.clock -= 3_600_000;
    await counter.count(true);
    expect(world.added).toHaveLength(2);
  });
});
