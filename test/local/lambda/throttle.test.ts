import { describe, expect, it } from 'vitest';
import { createThrottle } from '#local/lambda/throttle.ts';

describe('Function: createThrottle', () => {
  it('takes a burst at once and then the rate, telling how long to wait', () => {
    // Prepare
    let now = 0;
    const take = createThrottle({ ratePerSecond: 0.5, burst: 2 }, () => now);

    // Act and assess
    expect([take().allowed, take().allowed]).toEqual([true, true]);
    expect(take()).toEqual({ allowed: false, retryAfterMs: 2000 });
    now = 1000;
    expect(take()).toEqual({ allowed: false, retryAfterMs: 1000 });
    now = 2000;
    expect(take().allowed).toBe(true);
    now = 3_600_000;
    expect([take().allowed, take().allowed, take().allowed]).toEqual([true, true, false]);
  });
});
