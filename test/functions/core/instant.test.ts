import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, instantFromMs, instantToMs, parseInstant } from '#core/instant.ts';

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
