import { describe, expect, it } from 'vitest';
import { parseCategory } from '#core/categories/category.ts';
import { parse } from '#core/json/json.ts';
import { MAX_ID_BYTES } from '#core/marketplace/wire-fields.ts';
import { BEGINNING_OF_TIME } from '#core/time/instant.ts';

/** The category that a record is read as. */
function categoryIn(raw: unknown) {
  const parsed = parseCategory(raw);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

describe('Function: parseCategory', () => {
  it('reads a record by its name alone', () => {
    const parsed = parseCategory({ name: 'data' });
    expect(parsed).toEqual({
      ok: true,
      id: 'data',
      value: { category: { name: 'data' }, updatedAt: BEGINNING_OF_TIME, hash: expect.any(String) },
    });
  });

  it('takes `category` for the name where there is none, and not where there is one', () => {
    expect(categoryIn({ category: 'data' }).category).toEqual({ name: 'data' });
    expect(categoryIn({ name: 'data', category: 'other' }).category).toEqual({
      name: 'data',
      category: 'other',
    });
  });

  it('keeps fields that it does not know', () => {
    const raw = { name: 'data', description: null, icon_url: 'https://x/y.png', color: { r: 1 } };
    expect(categoryIn(raw).category).toEqual(raw);
  });

  it('reads a count that is written as text, and blank text as none', () => {
    expect(categoryIn({ name: 'data', skill_count: '12' }).category.skill_count).toBe(12);
    expect(categoryIn({ name: 'data', skill_count: ' ' }).category.skill_count).toBeNull();
  });

  it('gives times in UTC, and keeps what is no time', () => {
    const { category } = categoryIn({
      name: 'data',
      created_at: '2026-03-02T10:00:00+01:00',
      updated_at: 'soon',
    });
    expect(category).toMatchObject({ created_at: '2026-03-02T09:00:00Z', updated_at: 'soon' });
    expect(categoryIn({ name: 'data', created_at: 7 }).category.created_at).toBe(7);
  });

  it('goes by its own time where it has one that is one', () => {
    const timed = categoryIn({ name: 'data', updated_at: '2026-03-02T10:00:00+01:00' });
    expect(timed.updatedAt).toBe('2026-03-02T09:00:00');
    expect(categoryIn({ name: 'data', updated_at: 'soon' }).updatedAt).toBe(BEGINNING_OF_TIME);
    expect(categoryIn({ name: 'data', updated_at: '' }).updatedAt).toBe(BEGINNING_OF_TIME);
  });

  it('has another hash for another content, and the same one for another spelling', () => {
    const { hash } = categoryIn({ name: 'data', skill_count: 3 });
    expect(categoryIn({ skill_count: '3', name: 'data' }).hash).toBe(hash);
    expect(categoryIn({ name: 'data', skill_count: 4 }).hash).not.toBe(hash);
  });

  it.each([
    ['no record', 'data', /record/],
    ['no name', { description: 'x' }, /^name: /],
    ['a blank name', { name: ' ' }, /^name: must not be empty/],
    ['a long name', { name: 'é'.repeat(MAX_ID_BYTES / 2 + 1) }, /^name: must not exceed 512 bytes/],
    ['half a character', { name: 'a\ud800' }, /surrogate|unicode/i],
    ['a description that is no text', { name: 'data', description: 7 }, /^description: /],
    ['a count below zero', { name: 'data', skill_count: -1 }, /^skill_count: must be a whole number/],
  ])('rejects %s', (_what, raw, reason) => {
    const parsed = parseCategory(raw);
    expect(parsed).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
  });

  it('says whose record it rejects, and calls a number that is kept as text a number', () => {
    expect(parseCategory(parse('{"name":"data","icon_url":1e400}'))).toEqual({
      ok: false,
      id: 'data',
      reason: 'icon_url: Invalid input: expected string, received number',
    });
  });
});
