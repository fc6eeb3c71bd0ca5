import { describe, expect, it } from 'vitest';
import { patchOf, skillPatch } from '#functions/admin-api/skills/skill-patch.ts';

describe('skillPatch', () => {
  it.each([
    ['one field', { name: 'B' }],
    ['fields that are not known', { mine: { deep: [1] } }],
    ['a missing version, a missing list', { version: null, npm_packages: null }],
    ['ids in digits', { skill_id: 7, id: '7', name: 'B' }],
  ])('takes %s', (_what, patch) => {
    expect(skillPatch.safeParse(patch).success).toBe(true);
  });

  it.each([
    ['nothing', {}],
    ['only ids', { id: 'a', skill_id: 'a' }],
    ['what the marketplace alone says', { name: 'B', average_rating: 5 }],
    ['an underscore', { _name: 'B' }],
    ['half a number as an id', { id: 1.5, name: 'B' }],
  ])('refuses %s', (_what, patch) => {
    expect(skillPatch.safeParse(patch).success).toBe(false);
  });
});

describe('Function: patchOf', () => {
  const skill = { skill_id: '7', name: 'A', code: 'x', tags: ['csv'] };

  it('lays the fields over the skill as it is, null included, and keeps its id', () => {
    const patch = patchOf('7', { skill_id: 7, id: '7', name: 'B', code: null });

    expect(patch(skill)).toEqual({ skill_id: '7', name: 'B', code: null, tags: ['csv'] });
  });

  it('names every id that is another one', () => {
    expect(() => patchOf('7', { skill_id: '8', id: 9, name: 'B' })).toThrow(
      expect.objectContaining({
        code: 'validation_failed',
        details: [expect.objectContaining({ field: 'skill_id' }), expect.objectContaining({ field: 'id' })],
      }),
    );
  });
});
