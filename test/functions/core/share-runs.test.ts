import { describe, expect, it } from 'vitest';
import { shareRuns } from '#core/share-runs.ts';

/** A task whose runs end when they are told to. */
function controlled() {
  const runs: PromiseWithResolvers<string>[] = [];
  const ask = shareRuns(() => {
    const run = Promise.withResolvers<string>();
    runs.push(run);
    return run.promise;
  });
  return { runs, ask };
}

describe('Shared runs', () => {
  it('begin at once where none is under way', async () => {
    const { runs, ask } = controlled();
    const first = ask();
    expect(runs).toHaveLength(1);
    runs[0]?.resolve('first');
    expect(await first).toBe('first');
    const second = ask();
    expect(runs).toHaveLength(2);
    runs[1]?.resolve('second');
    expect(await second).toBe('second');
  });

  it('give whoever comes while one is under way the next one, together', async () => {
    const { runs, ask } = controlled();
    const first = ask();
    const others = [ask(), ask(), ask()];
    expect(runs).toHaveLength(1);
    runs[0]?.resolve('first');
    expect(await first).toBe('first');
    expect(runs).toHaveLength(2);
    const late = ask();
    runs[1]?.resolve('second');
    expect(await Promise.all(others)).toEqual(['second', 'second', 'second']);
    expect(runs).toHaveLength(3);
    runs[2]?.resolve('third');
    expect(await late).toBe('third');
  });

  it('fail for those who share them, and for nobody else', async () => {
    const { runs, ask } = controlled();
    const first = ask();
    const [second, third] = [ask(), ask()];
    runs[0]?.reject(new Error('down'));
    await expect(first).rejects.toThrow('down');
    expect(runs).toHaveLength(2);
    runs[1]?.reject(new Error('still down'));
    await expect(second).rejects.toThrow('still down');
    await expect(third).rejects.toThrow('still down');
    const fourth = ask();
    runs[2]?.resolve('up');
    expect(await fourth).toBe('up');
  });
});
