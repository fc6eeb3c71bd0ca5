import { describe, expect, it } from 'vitest';
import { scoresOf } from '#bench/eval/scores.ts';

describe('scoresOf', () => {
  it('has the values that are computed by hand', () => {
    // Labels aab b, groups 0 0 1 2: every group is pure, one label is in two groups.
    // H(label) = ln 2, H(group) = 1.5 ln 2, H(both) = 1.5 ln 2: V = 2 · 1 / 2.5.
    // Pairs: both 1, labels 2, groups 1, all 6: (1 − 2/6) / (1.5 − 2/6).
    const { v, ari } = scoresOf(['a', 'a', 'b', 'b'], [0, 0, 1, 2]);
    expect(v).toBeCloseTo(0.8, 12);
    expect(ari).toBeCloseTo(4 / 7, 12);
  });

  it('is 1 for the same groups under other names, and 0 for what says nothing', () => {
    expect(scoresOf(['a', 'a', 'b'], [7, 7, 3])).toEqual({ v: 1, ari: 1 });
    expect(scoresOf(['a', 'a', 'b', 'b'], [0, 0, 0, 0])).toEqual({ v: 0, ari: 0 });
  });

  it('is negative where groups agree less than by chance', () => {
    // Pairs: both 0, labels 2, groups 2, all 6: (0 − 4/6) / (2 − 4/6).
    expect(scoresOf(['a', 'a', 'b', 'b'], [0, 1, 0, 1]).ari).toBeCloseTo(-0.5, 12);
  });

  it('is a number for one row and for rows that are all alone', () => {
    expect(scoresOf(['a'], [0])).toEqual({ v: 1, ari: 1 });
    expect(scoresOf(['a', 'b'], [0, 1])).toEqual({ v: 1, ari: 1 });
  });

  it('refuses what cannot be compared', () => {
    expect(() => scoresOf([], [])).toThrow(RangeError);
    expect(() => scoresOf(['a'], [])).toThrow(RangeError);
  });
});
