import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atLeast, betaQuantile, upperCount } from '#core/issues/trends/tail-probability.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

/** The upper tail by adding up what is below it, which is exact enough while the tail is not tiny. */
function addedUp(count: number, mean: number, size: number): number {
  let term = (size / (size + mean)) ** size;
  let below = 0;
  for (let k = 0; k < count; k++) {
    below += term;
    term *= ((k + size) / (k + 1)) * (mean / (mean + size));
  }
  return 1 - below;
}

describe('atLeast', () => {
  it.each([
    [5, 0.45, 0.8],
    [8, 0.15, 2.9],
    [3, 2, 1],
    [40, 25, 3.3],
    [100, 90, 3.3],
  ])('is the tail of the negative binomial at %d of a mean of %d and size %d', (count, mean, size) => {
    expect(atLeast(count, { mean, size })).toBeCloseTo(addedUp(count, mean, size), 9);
  });

  it('keeps its digits where the tail is tiny', () => {
    // A geometric tail, (mean / (mean + 1)) ** count, as size is 1.
    const exact = (0.01 / 1.01) ** 20;
    expect(atLeast(20, { mean: 0.01, size: 1 }) / exact).toBeCloseTo(1, 9);
  });

  it('is Poisson where nothing varies more than chance', () => {
    expect(atLeast(1, { mean: 2, size: Number.POSITIVE_INFINITY })).toBeCloseTo(1 - Math.exp(-2), 12);
    expect(atLeast(2, { mean: 2, size: 1e12 })).toBeCloseTo(1 - 3 * Math.exp(-2), 12);
  });

  it('is between 0 and 1 for any numbers, and grows neither with the count nor against the mean', () => {
    const anything = fc.oneof(
      fc.double(),
      fc.double({ min: 0, max: 1e6 }),
      fc.integer({ min: 0, max: 2_000 }),
      fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e-300, 1e300, Number.MAX_VALUE),
    );
    fc.assert(
      fc.property(anything, anything, anything, (count, mean, size) => {
        const p = atLeast(count, { mean, size });
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
      }),
      { seed: SEED, numRuns: 2_000 },
    );
    const plain = {
      mean: fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
      size: fc.double({ min: 0.1, max: 1e4, noNaN: true }),
    };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), plain.mean, plain.size, (count, mean, size) => {
        const p = atLeast(count, { mean, size });
        expect(atLeast(count + 1, { mean, size })).toBeLessThanOrEqual(p * (1 + 1e-9) + 1e-15);
        expect(atLeast(count, { mean: mean * 1.5, size })).toBeGreaterThanOrEqual(p * (1 - 1e-9) - 1e-12);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});

describe('upperCount', () => {
  it('is the least count that is less likely than the share', () => {
    const prediction = { mean: 4, size: 3 };
    const high = upperCount(0.025, prediction);
    expect(atLeast(high, prediction)).toBeLessThanOrEqual(0.025);
    expect(atLeast(high - 1, prediction)).toBeGreaterThan(0.025);
  });
});

describe('betaQuantile', () => {
  it.each([
    [0.5, 1, 1, 0.5],
    [0.95, 1, 1, 0.95],
    [0.5, 30, 30, 0.5],
    [0.25, 1, 2, 1 - Math.sqrt(0.75)],
  ])('is the value below which %d of Beta(%d, %d) lies', (share, a, b, expected) => {
    expect(betaQuantile(share, a, b)).toBeCloseTo(expected, 9);
  });
});
