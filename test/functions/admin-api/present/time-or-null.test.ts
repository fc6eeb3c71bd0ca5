import { describe, expect, it } from 'vitest';
import { timeOrNull } from '#functions/admin-api/present/time-or-null.ts';

describe('Function: timeOrNull', () => {
  it.each([
    [undefined, null],
    [0, '1970-01-01T00:00:00.000Z'],
    [Date.UTC(2026, 1, 19, 10, 30), '2026-02-19T10:30:00.000Z'],
  ])('of %s is %s', (ms, expected) => {
    expect(timeOrNull(ms)).toBe(expected);
  });
});
