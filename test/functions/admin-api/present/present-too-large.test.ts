import { describe, expect, it } from 'vitest';
import { MAX_ANSWER_BYTES } from '#core/answer-size.ts';
import { clip, fitConflict, skillStub } from '#functions/admin-api/present/present-too-large.ts';

const side = (fields: object) => ({ skill_id: 'a', name: 'A', ...fields });
const conflictOf = (fields: object) => ({
  local: side(fields),
  remote: side(fields),
  base: null,
  result: null,
  differences: [{ base: undefined, local: 'x', remote: { deep: 'y' } }],
});

describe('Function: clip', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc… [4 characters]'],
    ['', 0, ''],
    ['a😀', 2, 'a\ufffd… [3 characters]'],
  ])('makes of %j with %i characters %j', (text, length, clipped) => {
    expect(clip(text, length)).toBe(clipped);
  });
});

describe('Function: skillStub', () => {
  it('keeps the id, and of the name its beginning', () => {
    expect(skillStub({ skill_id: 'a', name: 'n'.repeat(201), code: 'x' })).toEqual({
      skill_id: 'a',
      name: `${'n'.repeat(200)}… [201 characters]`,
      note: expect.stringMatching(/too large/i),
    });
  });
});

describe('Function: fitConflict', () => {
  it('leaves one that fits as it is', () => {
    const conflict = conflictOf({ code: 'x' });

    expect(fitConflict(conflict)).toBe(conflict);
  });

  it('cuts long fields, and only those', () => {
    const fitted = fitConflict(
      conflictOf({ code: 'x'.repeat(MAX_ANSWER_BYTES), list: ['y'.repeat(8_001)], v: '1' }),
    );

    expect(fitted).toMatchObject({
      local: {
        code: `${'x'.repeat(1_000)}… [${MAX_ANSWER_BYTES} characters]`,
        list: '[cut: 8007 bytes]',
        v: '1',
      },
      base: null,
      result: null,
      differences: [{ base: undefined, local: 'x', remote: { deep: 'y' } }],
      note: expect.stringContaining('long fields are cut'),
    });
  });

  it('keeps only the names where there are too many fields', () => {
    const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`f${n}`, 'x'.repeat(4_000)]));

    expect(fitConflict(conflictOf(many))).toEqual({
      local: side({}),
      remote: side({}),
      base: null,
      result: null,
      differences: [],
      note: expect.stringContaining('only id and name'),
    });
  });
});
