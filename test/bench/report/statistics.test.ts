import { describe, expect, it } from 'vitest';
import { median, medianAndSpread, pairedRatios } from '#bench/report/statistics.ts';

describe('median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
    [[], Number.NaN],
  ])('of %o is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

describe('medianAndSpread', () => {
  it('shows the least and the greatest beside the median, but not of a single value', () => {
    const show = (value: number) => value.toFixed(1);
    expect(medianAndSpread([1, 3, 2], show, ' s')).toBe('2.0 s (1.0–3.0)');
    expect(medianAndSpread([1], show, ' s')).toBe('1.0 s');
  });
});

describe('pairedRatios', () => {
  it('divides what was measured together', () => {
    expect(pairedRatios([2, 9], [1, 3])).toEqual([2, 3]);
  });
});
