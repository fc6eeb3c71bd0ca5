import { describe, expect, it } from 'vitest';
import { objectIn } from '#core/tickets/analysis/answer-json.ts';

describe('Function: objectIn', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['so: {"a":{"b":"}"}} end', { a: { b: '}' } }],
    ['{no} {"a":"\\"{"}', { a: '"{' }],
    ['{ {"a":1}', { a: 1 }],
  ])('finds the object in %s', (text, expected) => {
    expect(objectIn(text)).toEqual(expected);
  });

  it.each(['', 'none', '[1]', '"text"', 'null', '{"a":'])('finds none in %s', (text) => {
    expect(objectIn(text)).toBeUndefined();
  });

  it.each(['{', '{"', '"\\'])('takes a time in proportion to the length: %s', (piece) => {
    const before = performance.now();
    expect(objectIn(piece.repeat(300_000))).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});
