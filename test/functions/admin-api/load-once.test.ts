import { describe, expect, it } from 'vitest';
import { loadOnce } from '#functions/admin-api/load-once.ts';

describe('Function: loadOnce', () => {
  it('loads when it is first needed, and once for all who need it', async () => {
    let loads = 0;
    const get = loadOnce(async () => ++loads);

    expect(loads).toBe(0);
    expect(await Promise.all([get(), get()])).toEqual([1, 1]);
    expect(await get()).toBe(1);
  });

  it('tries a load again that failed', async () => {
    let loads = 0;
    const get = loadOnce(async () => {
      loads += 1;
      if (loads === 1) throw new Error('The module could not be read.');
      return loads;
    });

    await expect(get()).rejects.toThrow('could not be read');
    expect(await get()).toBe(2);
  });
});
