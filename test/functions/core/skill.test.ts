import { describe, expect, it } from 'vitest';
import { parseCategory } from '#core/category.ts';
import { contentHash } from '#core/content-hash.ts';
import { parseSkill } from '#core/skill.ts';

const wire = {
  skill_id: 's-1',
  name: 'Invoice reader',
  version: '1.2.0',
  tags: ['pdf'],
  average_rating: 4.5,
  updated_at: '2026-02-19T10:30:00Z',
};

describe('Function: parseSkill', () => {
  it('takes the id under either of its names and keeps fields that it does not know', () => {
    const { skill_id: id, ...rest } = wire;
    const parsed = parseSkill({ ...rest, id, licence: { spdx: 'MIT' } });
    expect(parsed).toMatchObject({
      ok: true,
      id: 's-1',
      value: { skill: { skill_id: 's-1', licence: { spdx: 'MIT' } } },
    });
    expect(parsed.ok && 'id' in parsed.value.skill).toBe(false);
  });

  it('takes a number for an id', () => {
    expect(parseSkill({ ...wire, skill_id: 17 })).toMatchObject({ ok: true, id: '17' });
  });

  it('needs no more than an id and a name', () => {
    const parsed = parseSkill({ skill_id: 'a', name: 'b' });
    expect(parsed).toMatchObject({ ok: true, value: { updatedAt: '1970-01-01T00:00:00' } });
  });

  it('counts created_at where there is no updated_at', () => {
    const parsed = parseSkill({
      skill_id: 'a',
      name: 'b',
      created_at: '2026-01-01T00:00:00Z',
      updated_at: null,
    });
    expect(parsed).toMatchObject({ ok: true, value: { updatedAt: '2026-01-01T00:00:00' } });
  });

  it('brings times into UTC', () => {
    const parsed = parseSkill({ ...wire, updated_at: '2026-02-19T12:30:00+02:00' });
    expect(parsed).toMatchObject({ ok: true, value: { skill: { updated_at: '2026-02-19T10:30:00Z' } } });
  });

  it.each([
    ['null', null, 'record'],
    ['a list', [], 'record'],
    ['a number', 7, 'record'],
    ['no id', { name: 'x' }, 'skill_id'],
    ['an empty id', { ...wire, skill_id: ' ' }, 'skill_id'],
    ['an id of 513 bytes', { ...wire, skill_id: 'é'.repeat(257) }, 'skill_id'],
    ['half a character as id', { ...wire, skill_id: 'a\ud800' }, 'skill_id'],
    ['no name', { skill_id: 's' }, 'name'],
    ['tags that are text', { ...wire, tags: 'pdf' }, 'tags'],
    ['a version that is a number', { ...wire, version: 2 }, 'version'],
    ['a time that is none', { ...wire, updated_at: 'yesterday' }, 'updated_at'],
    ['metadata that is a list', { ...wire, metadata: [1] }, 'metadata'],
  ])('refuses %s and names the field', (_what, record, field) => {
    const parsed = parseSkill(record);
    expect(parsed.ok).toBe(false);
    expect(!parsed.ok && parsed.reason).toContain(`${field}: `);
  });

  it('keeps the id of a refused record where it is readable', () => {
    expect(parseSkill({ skill_id: 's-9', name: 4 })).toMatchObject({ ok: false, id: 's-9' });
  });

  it('is not fooled by keys of the object prototype', () => {
    const parsed = parseSkill(
      JSON.parse('{"skill_id":"a","name":"b","__proto__":{"polluted":true},"constructor":"x"}'),
    );
    expect(parsed.ok).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('Function: contentHash', () => {
  it('does not depend on the order of keys but on every value', () => {
    expect(contentHash({ a: 1, b: [1, 2] })).toBe(contentHash({ b: [1, 2], a: 1 }));
    expect(contentHash({ a: 1, b: [1, 2] })).not.toBe(contentHash({ a: 1, b: [2, 1] }));
    expect(contentHash({ a: null })).not.toBe(contentHash({}));
  });
});

describe('Function: parseCategory', () => {
  it('takes the name under either of its names', () => {
    expect(parseCategory({ category: 'Finance', skill_count: 3 })).toMatchObject({ ok: true, id: 'Finance' });
  });

  it.each([[{ name: '' }], [{ name: 4 }], ['Finance'], [{ name: 'a', skill_count: -1 }]])(
    'refuses %j',
    (record) => {
      expect(parseCategory(record).ok).toBe(false);
    },
  );
});
