import { describe, expect, it } from 'vitest';
import {
  CONTRACT_DELAYS_MS,
  centredJitter,
  equalJitter,
  exponentialDelay,
  fullJitter,
  listedDelay,
} from '#core/time/backoff.ts';

describe('delays', () => {
  it('takes them from the list, and repeats the last one', () => {
    const delays = [-1, 0, 1, 2, 3, 4, 5, 6, 50].map(listedDelay(CONTRACT_DELAYS_MS));
    expect(delays).toEqual([1_000, 1_000, 1_000, 2_000, 4_000, 8_000, 16_000, 16_000, 16_000]);
    expect(listedDelay([])(1)).toBe(0);
  });

  it('doubles them up to the cap', () => {
    expect([0, 1, 2, 3, 4, 5, 2_000].map(exponentialDelay(50, 500))).toEqual([
      50, 50, 100, 200, 400, 500, 500,
    ]);
    expect(exponentialDelay(200)(11)).toBe(204_800);
  });
});

describe('jitter', () => {
  it.each([
    ['full', fullJitter(), [0, 500, 999]],
    ['full, but never less than it may be', fullJitter(100), [100, 500, 999]],
    ['equal', equalJitter, [500, 750, 1_000]],
    ['±50 %', centredJitter(0.5), [500, 1_000, 1_499]],
    ['±10 %', centredJitter(0.1), [900, 1_000, 1_100]],
  ])('%s', (_name, jitter, wanted) => {
    expect([0, 0.5, 0.999].map((chance) => jitter(1_000, () => chance))).toEqual(wanted);
  });
});
