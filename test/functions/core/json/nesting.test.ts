import { describe, expect, it } from 'vitest';
import { parse } from '#core/json/json.ts';
import { isDeeperThan, MAX_LEVELS } from '#core/json/nesting.ts';

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

describe('Function: isDeeperThan', () => {
  it.each([
    [0, 'text'],
    [0, null],
    [0, 7],
    [1, {}],
    [1, { a: 1, b: null }],
    [2, { a: [1] }],
    [3, { a: 1, b: [{ c: 1 }] }],
  ])('counts %d levels in %j', (levels, value) => {
    expect(isDeeperThan(levels, value)).toBe(false);
    if (levels > 0) expect(isDeeperThan(levels - 1, value)).toBe(true);
  });

  it('finds the deepest of several branches', () => {
    expect(isDeeperThan(2, [1, [], [[[]]], []])).toBe(true);
  });

  it('takes a number that is kept as text for a number', () => {
    const value = parse('[1e400]');
    expect(isDeeperThan(1, value)).toBe(false);
  });

  it('takes as many levels as a record may have, and not one more', () => {
    expect(isDeeperThan(MAX_LEVELS, nested(MAX_LEVELS))).toBe(false);
    expect(isDeeperThan(MAX_LEVELS, nested(MAX_LEVELS + 1))).toBe(true);
  });

  it('recurses no deeper than it was asked for', () => {
    let value: unknown = [];
    for (let levels = 0; levels < 200_000; levels += 1) value = [value];
    expect(isDeeperThan(MAX_LEVELS, value)).toBe(true);
  });
});
