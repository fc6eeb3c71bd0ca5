import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentHash, idFingerprint, spread } from '#core/json/content-hash.ts';
import { parse } from '#core/json/json.ts';

describe('Function: contentHash', () => {
  it('has 22 characters of base64url, the same ones for good: stored hashes are compared with them', () => {
    expect(contentHash({ b: 1, a: 'x' })).toBe('zasGfp876zLRJSz9Y-SSWQ');
  });

  it('is the same in whatever order the keys come, however deep', () => {
    const one = { a: 1, b: { c: [1, { d: 2, e: 3 }], f: null } };
    const other = { b: { f: null, c: [1, { e: 3, d: 2 }] }, a: 1 };
    expect(contentHash(other)).toBe(contentHash(one));
  });

  it.each([
    ['the order of a list', [1, 2], [2, 1]],
    ['a number and its text', { a: 1 }, { a: '1' }],
    ['null and nothing', { a: null }, {}],
    ['an empty list and an empty object', [], {}],
    ['nothing at all and null', undefined, null],
  ])('tells apart %s', (_what, a, b) => {
    expect(contentHash(a)).not.toBe(contentHash(b));
  });

  it('tells a number that is kept as text from its neighbour, its text and what it is kept as', () => {
    const digits = '9007199254740993';
    const values = [
      parse(`{"a":${digits}}`),
      parse('{"a":9007199254740995}'),
      parse(`{"a":"${digits}"}`),
      { a: { rawJSON: digits } },
      { a: Number(digits) },
    ];
    expect(new Set(values.map(contentHash)).size).toBe(values.length);
  });

  it('finds such a number equal to itself, in whatever order the keys come', () => {
    expect(contentHash(parse('{"b":1e400,"a":1}'))).toBe(contentHash(parse('{"a":1,"b":1e400}')));
  });
});

describe('Function: idFingerprint', () => {
  it('has 11 characters, the same ones for good: checkpoints hold them', () => {
    expect(idFingerprint('skill-1')).toBe('c1RcGq0IsVl');
  });

  it('differs between ids', () => {
    const ids = Array.from({ length: 1_000 }, (_, n) => `skill-${n}`);
    expect(new Set(ids.map(idFingerprint)).size).toBe(ids.length);
  });
});

describe('Function: spread', () => {
  it('is the same number of [0, 1) for the same text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const number = spread(text);
        expect(number).toBeGreaterThanOrEqual(0);
        expect(number).toBeLessThan(1);
        expect(spread(text)).toBe(number);
      }),
    );
  });

  it('spreads texts evenly', () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let n = 0; n < 10_000; n += 1) {
      const tenth = Math.floor(spread(`skill-${n}`) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    expect(Math.min(...tenths)).toBeGreaterThan(900);
    expect(Math.max(...tenths)).toBeLessThan(1_100);
  });
});
