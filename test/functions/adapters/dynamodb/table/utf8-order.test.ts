import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareUtf8 } from '#adapters/dynamodb/table/utf8-order.ts';

describe('Function: compareUtf8', () => {
  it.each([
    ['equal text', 'a', 'a', 0],
    ['a beginning', 'a', 'ab', -1],
    ['no text', '', 'a', -1],
    ['capitals', 'Z', 'a', -1],
    // As JavaScript's own order has it, the half of a pair would come first.
    ['what JavaScript writes as a pair, after all else', '\uffff', '😀', -1],
  ])('orders by bytes: %s', (_what, a, b, expected) => {
    expect(Math.sign(compareUtf8(a, b))).toBe(expected);
    expect(Math.sign(compareUtf8(b, a))).toBe(0 - expected);
  });

  it('is the order of the code points', () => {
    const codePoints = (text: string) => Array.from(text, (char) => char.codePointAt(0) ?? 0);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const [as, bs] = [codePoints(a), codePoints(b)];
        const first = as.findIndex((point, n) => point !== bs[n]);
        const [x = -1, y = -1] = first === -1 ? [as.length, bs.length] : [as[first], bs[first]];
        expect(Math.sign(compareUtf8(a, b))).toBe(Math.sign(x - y));
      }),
    );
  });
});
