import { describe, expect, it } from 'vitest';
import { allEnded, inParallel } from '#core/in-parallel.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

describe('Function: inParallel', () => {
  it('works through all items, as many at once as it may', async () => {
    const clock = createVirtualClock();
    const startedAt = clock.now();
    const done: number[] = [];
    let running = 0;
    let most = 0;
    const work = async (ms: number) => {
      running += 1;
      most = Math.max(most, running);
      await clock.sleep(ms);
      running -= 1;
      done.push(ms);
    };
    await clock.run(inParallel(new Set([300, 100, 200, 50]), 2, work));
    expect([done, most, clock.now() - startedAt]).toEqual([[100, 300, 200, 50], 2, 350]);
  });

  it('begins no other item after a failure, and throws it when those under way have ended', async () => {
    const clock = createVirtualClock();
    const begun: number[] = [];
    const ended: number[] = [];
    const work = async (n: number) => {
      begun.push(n);
      await clock.sleep(n === 2 ? 10 : 1_000);
      if (n === 2) throw new Error('second');
      ended.push(n);
    };
    await expect(clock.run(inParallel([1, 2, 3, 4, 5], 3, work))).rejects.toThrow('second');
    expect([begun, ended]).toEqual([
      [1, 2, 3],
      [1, 3],
    ]);
  });

  it('does nothing where there is nothing to do', async () => {
    await inParallel([], 3, () => Promise.reject(new Error('never')));
  });
});

describe('Function: allEnded', () => {
  it('waits for all, and throws the first failure in the order given', async () => {
    const clock = createVirtualClock();
    const ended: string[] = [];
    const fail = async (name: string, ms: number) => {
      await clock.sleep(ms);
      ended.push(name);
      throw new Error(name);
    };
    await expect(clock.run(allEnded([fail('a', 200), fail('b', 100)]))).rejects.toThrow('a');
    expect(ended).toEqual(['b', 'a']);
  });
});
