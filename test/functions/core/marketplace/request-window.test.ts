import { describe, expect, it } from 'vitest';
import {
  EMPTY_WINDOW,
  LONGEST_HOLD_MS,
  LONGEST_PAUSE_MS,
  paused,
  pauseInForce,
  resumed,
  taken,
  withReleases,
} from '#core/marketplace/request-window.ts';
import { CLOCK_TOLERANCE_MS } from '#core/time/wrong-clock.ts';

const NOW = Date.UTC(2026, 2, 2, 9);
const HELD = NOW + LONGEST_HOLD_MS;
const wanted = { waiting: 2, ahead: 0, limit: 10, now: NOW, heldUntil: HELD };
const permits = (...times: readonly number[]) => ({ permits: times, pausedUntil: 0 });

describe('Function: taken', () => {
  it('takes a permit for each request that waits', () => {
    expect(taken(EMPTY_WINDOW, wanted)).toEqual({
      state: permits(HELD, HELD),
      result: { count: 2, waitMs: 0 },
    });
  });

  it('takes permits ahead of those alone that leave half of all to others', () => {
    const ahead = (used: number, many: number) =>
      taken(permits(...Array.from({ length: used }, () => HELD)), { ...wanted, ahead: many }).result.count;
    expect([ahead(0, 1), ahead(0, 9), ahead(2, 9), ahead(3, 9), ahead(7, 9)]).toEqual([3, 5, 3, 2, 2]);
  });

  it('takes what is left, and then says when the next comes free', () => {
    const used = Array.from({ length: 9 }, (_, n) => NOW + 1_000 + n);
    const first = taken(permits(...used), wanted);
    expect(first.result).toEqual({ count: 1, waitMs: 0 });
    const none = taken(first.state, wanted);
    expect(none).toEqual({ state: first.state, result: { count: 0, waitMs: 1_000 } });
    expect(taken(permits(...Array.from({ length: 10 }, () => NOW)), wanted).result.waitMs).toBe(1);
  });

  it('takes none during a pause', () => {
    const state = paused(EMPTY_WINDOW, NOW + 5_000, NOW);
    expect(taken(state, wanted)).toEqual({ state, result: { count: 0, waitMs: 5_000 } });
  });
});

describe('Function: withReleases', () => {
  it('replaces a permit by when it comes free, or drops it', () => {
    const state = permits(HELD, HELD, HELD - 1);
    const releases = [{ held: HELD, freeAt: NOW + 60_000 }, { held: HELD - 1 }];
    expect(withReleases(state, releases, NOW)).toEqual(permits(HELD, NOW + 60_000));
  });

  it('counts a request whose permit is gone all the same', () => {
    expect(withReleases(permits(), [{ held: HELD, freeAt: NOW + 1 }], NOW)).toEqual(permits(NOW + 1));
  });

  it('forgets what has come free, and what is held longer than anybody holds it', () => {
    const state = permits(NOW, NOW + 1, HELD + CLOCK_TOLERANCE_MS, HELD + CLOCK_TOLERANCE_MS + 1);
    expect(withReleases(state, [], NOW)).toEqual(permits(NOW + 1, HELD + CLOCK_TOLERANCE_MS));
  });

  it('gives back the same state where nothing changes: nothing has to be written', () => {
    const state = permits(HELD);
    expect(withReleases(state, [], NOW)).toBe(state);
  });
});

describe('a pause', () => {
  it('is never shortened', () => {
    const state = paused(EMPTY_WINDOW, NOW + 5_000, NOW);
    expect(paused(state, NOW + 4_000, NOW)).toBe(state);
    expect(paused(state, NOW + 6_000, NOW).pausedUntil).toBe(NOW + 6_000);
    expect(paused(EMPTY_WINDOW, NOW, NOW)).toBe(EMPTY_WINDOW);
  });

  it('is over when it is, or when only a wrong clock can have written it', () => {
    const longest = NOW + LONGEST_PAUSE_MS + CLOCK_TOLERANCE_MS;
    expect([undefined, NOW, NOW + 1, longest, longest + 1].map((until) => pauseInForce(until, NOW))).toEqual([
      0,
      0,
      NOW + 1,
      longest,
      0,
    ]);
  });

  it('is ended for all, where there is one', () => {
    const state = paused(EMPTY_WINDOW, NOW + 5_000, NOW);
    expect(resumed(state, NOW).pausedUntil).toBe(0);
    expect(resumed(EMPTY_WINDOW, NOW)).toBe(EMPTY_WINDOW);
  });
});
