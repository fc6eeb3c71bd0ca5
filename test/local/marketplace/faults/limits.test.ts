import { describe, expect, it } from 'vitest';
import { createLimiter, type ServerLimits } from '#local/marketplace/faults/limits.ts';

describe('Function: createLimiter', () => {
  function prepare(given: ServerLimits | undefined) {
    const world = { now: 0, limits: given };
    const limiter = createLimiter({ limits: () => world.limits, now: () => world.now });
    return { world, limiter };
  }

  it('lets a minute’s worth pass, then says how long until the oldest leaves the minute', () => {
    const { world, limiter } = prepare({ perMinute: 2, concurrent: 10 });
    expect(limiter.admit(1)).toBeUndefined();
    world.now = 10_000;
    expect(limiter.admit(1)).toBeUndefined();
    expect(limiter.admit(1)).toBe(50_000);
    world.now = 60_000;
    expect(limiter.admit(1)).toBeUndefined();
  });

  it('counts no request that it turned down', () => {
    const { limiter } = prepare({ perMinute: 1, concurrent: 1 });
    expect(limiter.admit(2)).toBe(1000);
    expect(limiter.admit(1)).toBeUndefined();
    expect(limiter.admit(1)).toBe(60_000);
  });

  it('counts what passed while there were no limits', () => {
    const { world, limiter } = prepare(undefined);
    expect(limiter.admit(100)).toBeUndefined();
    world.limits = { perMinute: 1, concurrent: 1 };
    expect(limiter.admit(1)).toBe(60_000);
  });
});
