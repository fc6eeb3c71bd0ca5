import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, instantFromMs, instantToMs, inUtc, parseInstant } from '#core/time/instant.ts';

describe('Function: parseInstant', () => {
  it.each([
    ['2026-02-19T10:30:00Z', '2026-02-19T10:30:00'],
    ['2026-02-19T10:30:00.000Z', '2026-02-19T10:30:00'],
    ['2026-02-19T10:30:00+00:00', '2026-02-19T10:30:00'],
    ['2026-02-19T12:30:00+02:00', '2026-02-19T10:30:00'],
    ['2026-02-19T05:00:00-0530', '2026-02-19T10:30:00'],
    ['2026-02-19T10:30:00', '2026-02-19T10:30:00'],
    ['2026-02-19 10:30:00.123456', '2026-02-19T10:30:00.123456'],
    ['2026-02-19T10:30:00.1234500Z', '2026-02-19T10:30:00.12345'],
    ['2026-02-19T10:30', '2026-02-19T10:30:00'],
    ['2026-02-19', '2026-02-19T00:00:00'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00'],
    ['2026-02-19t10:30:00z', '2026-02-19T10:30:00'],
    ['2026-02-19t12:30:00.5+02:00', '2026-02-19T10:30:00.5'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00'],
    ['2016-12-31T23:59:60.5Z', '2017-01-01T00:00:00.5'],
    ['2016-12-31T18:29:60-05:30', '2017-01-01T00:00:00'],
    ['2017-01-01T08:59:60+09:00', '2017-01-01T00:00:00'],
    ['2026-02-28T24:00:00Z', '2026-03-01T00:00:00'],
    ['2026-12-31T24:00', '2027-01-01T00:00:00'],
    ['2026-02-19T24:00:00.000+02:00', '2026-02-19T22:00:00'],
    [`2026-02-19T10:30:00.${'1'.repeat(200)}Z`, `2026-02-19T10:30:00.${'1'.repeat(9)}`],
  ])('reads %s as %s', (text, expected) => {
    expect(parseInstant(text)).toBe(expected);
  });

  it.each([
    '',
    'yesterday',
    '2026-13-01',
    '2026-02-30T00:00:00Z',
    '2025-02-29',
    '2026-02-19T25:00:00Z',
    '2026-02-19T10:61:00Z',
    '1771497000',
    '2026-02-19T10:30:00+99:00',
    '2026-02-19T10:30:60Z',
    '2026-02-19T23:59:60+01:00',
    '2026-02-19T23:59:61Z',
    '2026-02-19T24:00:01Z',
    '2026-02-19T24:01:00Z',
    '2026-02-19T24:00:00.1Z',
    '2026-02-19T24:00:60Z',
    '9999-12-31T24:00:00Z',
    '9999-12-31T23:59:60Z',
    `2026-02-19T10:30:00.${'1'.repeat(300)}Z`,
  ])('refuses %s', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('orders instants as text the way they are ordered in time', () => {
    const fraction = fc.integer({ min: 0, max: 999_999_999 });
    const second = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(second, fraction, second, fraction, (s1, f1, s2, f2) => {
        const a = parseInstant(`2026-02-19T10:30:0${s1}.${String(f1).padStart(9, '0')}Z`)!;
        const b = parseInstant(`2026-02-19T10:30:0${s2}.${String(f2).padStart(9, '0')}Z`)!;
        expect(a < b).toBe(s1 * 1e9 + f1 < s2 * 1e9 + f2);
      }),
    );
  });
});

describe('Function: inUtc', () => {
  it.each([
    ['2026-02-19T10:30:00.100Z', '2026-02-19T10:30:00.100Z'],
    ['2026-02-19T10:30Z', '2026-02-19T10:30Z'],
    ['2026-02-19 10:30:00Z', '2026-02-19T10:30:00Z'],
    ['2026-02-19T10:30:00z', '2026-02-19T10:30:00Z'],
    ['2026-02-19', '2026-02-19T00:00:00Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z'],
    ['2026-02-19T24:00:00Z', '2026-02-20T00:00:00Z'],
    ['yesterday', 'yesterday'],
    [7, 7],
    [null, null],
  ])('writes %s as %s, and so again', (stamp, expected) => {
    expect(inUtc<unknown>(stamp)).toBe(expected);
    expect(inUtc<unknown>(expected)).toBe(expected);
  });
});

describe('Function: instantFromMs', () => {
  it('is undone by instantToMs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (ms) => {
        expect(instantToMs(instantFromMs(ms))).toBe(ms);
        expect(parseInstant(formatInstant(instantFromMs(ms)))).toBe(instantFromMs(ms));
      }),
    );
  });
});
