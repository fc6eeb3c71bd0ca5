import { describe, expect, it } from 'vitest';
import { plainLine, shortened } from '#core/tickets/analysis/plain-line.ts';

describe('Function: plainLine', () => {
  it.each([
    ['[a](b) and [c [d](e)](f)', 'a and c d'],
    ['**bold** and __this__', 'bold and this'],
    ['a < b and c > d', 'a < b and c > d'],
    ['snake_case_name and 2 * 3', 'snake_case_name and 2 * 3'],
    ['<!-- x --> <img src=x onerror=alert(1)>y', 'x y'],
    ['```json x```', 'x'],
  ])('reads %s as %s', (text, expected) => {
    expect(plainLine(text)).toBe(expected);
  });

  it.each(['[', '[a](', '<', '<a ', '*', '!['])('takes a time in proportion to the length: %s', (piece) => {
    const before = performance.now();
    plainLine(piece.repeat(200_000));
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});

describe('Function: shortened', () => {
  it('ends what is too long with an ellipsis', () => {
    expect([shortened('abc', 3), shortened('abcd', 3), shortened('a😀b', 3)]).toEqual(['abc', 'ab…', 'a…']);
  });
});
