import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GrowthCounts, growthOf, trendOf } from '#core/issues/trends/growth.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const counts = (recent: number, before: number, over: Partial<GrowthCounts> = {}): GrowthCounts => ({
  ...{ recent, before, historyDays: 90, isFirstSeen: false },
  ...over,
});

describe('growthOf', () => {
  it('compares the last week with the three before, with an interval', () => {
    const growth = growthOf(counts(20, 30));
    expect(growth.ratio).toBeCloseTo(2, 1);
    expect(growth.low).toBeGreaterThan(1);
    expect(growth.low).toBeLessThan(growth.ratio);
    expect(growth.high).toBeGreaterThan(growth.ratio);
  });

  it('is less certain with fewer requesters', () => {
    const [few, many] = [growthOf(counts(2, 3)), growthOf(counts(200, 300))];
    expect(few.high - few.low).toBeGreaterThan(many.high - many.low);
  });

  it('compares with fewer days where there are no more', () => {
    expect(growthOf(counts(10, 10, { historyDays: 14 })).ratio).toBe(1);
    expect(growthOf(counts(10, 0, { historyDays: 7 }))).toEqual({ ratio: 1, low: 0, high: 999 });
  });

  it('is finite, in order and never NaN for any counts', () => {
    const anything = fc.oneof(fc.nat(1_000_000), fc.double(), fc.constantFrom(0, -3, 1e300));
    fc.assert(
      fc.property(anything, anything, anything, fc.boolean(), (recent, before, historyDays, isFirstSeen) => {
        const of = { recent, before, historyDays, isFirstSeen };
        const { ratio, low, high } = growthOf(of);
        for (const value of [ratio, low, high]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(999);
        }
        expect(low).toBeLessThanOrEqual(high);
        expect(['new', 'rising', 'steady', 'falling', 'gone']).toContain(trendOf(of));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});

describe('trendOf', () => {
  it.each([
    ['new', counts(5, 0, { isFirstSeen: true })],
    ['rising', counts(20, 15)],
    ['rising', counts(8, 0)],
    ['steady', counts(10, 30)],
    ['steady', counts(2, 3)],
    ['steady', counts(1_100, 3_000)],
    ['falling', counts(2, 60)],
    ['gone', counts(0, 60)],
    ['gone', counts(0, 0)],
    ['steady', counts(5, 0, { historyDays: 5, isFirstSeen: true })],
    ['steady', counts(5, 0, { historyDays: Number.NaN })],
  ])('is %s for %j', (trend, of) => {
    expect(trendOf(of)).toBe(trend);
  });
});
