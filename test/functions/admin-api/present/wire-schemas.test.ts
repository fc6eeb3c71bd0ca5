import { describe, expect, it } from 'vitest';
import { pageLimit } from '#functions/admin-api/present/wire-schemas.ts';

describe('Function: pageLimit', () => {
  it.each([
    [undefined, 50],
    ['1', 1],
    ['200', 200],
    ['007', 7],
  ])('reads %j as %i', (text, limit) => {
    expect(pageLimit(50).parse(text)).toBe(limit);
  });

  it.each(['0', '201', '-1', '1e2', '0x10', ' 5 ', '', '5.0', '1'.repeat(10), 'many'])(
    'refuses %j',
    (text) => {
      expect(pageLimit(50).safeParse(text).success).toBe(false);
    },
  );
});
