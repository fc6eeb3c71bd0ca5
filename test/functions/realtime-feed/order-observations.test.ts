import { describe, expect, it } from 'vitest';
import { createObservations } from '#functions/realtime-feed/order-observations.ts';

const NOW = 1_700_000_000_000;
const YEAR = 365 * 86_400_000;

describe('Function: createObservations', () => {
  it('observes a key strictly later each time, and each key for itself', () => {
    const observations = createObservations();
    expect([NOW, NOW, NOW - 5].map((at) => observations.next('a', at))).toEqual([NOW, NOW + 1, NOW + 2]);
    expect(observations.next('b', NOW)).toBe(NOW);
    expect(observations.next('a', NOW + 10)).toBe(NOW + 10);
  });

  it('keeps the order when the clock is set back by however much', () => {
    const observations = createObservations();
    observations.next('a', NOW);
    expect([NOW - 1, NOW - YEAR].map((at) => observations.next('a', at))).toEqual([NOW + 1, NOW + 2]);
  });

  it('forgets what a clock that was ahead has left, and nothing else', () => {
    const observations = createObservations();
    observations.next('ahead', NOW + YEAR);
    observations.next('within the tolerance', NOW + 60_000);
    observations.forgetAhead(NOW);
    expect(observations.next('ahead', NOW)).toBe(NOW);
    expect(observations.next('within the tolerance', NOW)).toBe(NOW + 60_001);
  });

  it('remembers the keys that were written last, up to its bound', () => {
    const observations = createObservations(2);
    for (const key of ['a', 'b', 'a', 'c']) observations.next(key, NOW);
    expect(['a', 'c', 'b'].map((key) => observations.next(key, NOW))).toEqual([NOW + 2, NOW + 1, NOW]);
  });
});
