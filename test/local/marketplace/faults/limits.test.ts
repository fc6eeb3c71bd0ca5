import { describe, expect, it } from 'vitest';
import { createLimiter, createMinuteWindow, type ServerLimits } from '#local/marketplace/faults/limits.ts';

describe('Function: createMinuteWindow', () => {
  it('counts a time for less than a minute', () => {
    const window = createMinuteWindow();
    window.add(0);
    window.add(1);
    expect([window.count(59_999), window.count(60_000), window.oldest(), window.count(60_001)]).toEqual([
      2, 1, 1, 0,
    ]);
  });

  it('counts right after many times have left it', () => {
    const window = createMinuteWindow();
    for (let time = 0; time < 20_000; time += 1) window.add(time);
    expect([window.count(71_000), window.oldest()]).toEqual([8_999, 11_001]);
  });
});

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
