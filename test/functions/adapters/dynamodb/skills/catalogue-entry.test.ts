import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogueEntry, matches } from '#adapters/dynamodb/skills/catalogue-entry.ts';
import type { Skill } from '#core/skills/skill.ts';

const anyText = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 1_200 }),
  fc.string({ unit: 'binary', maxLength: 1_200 }),
  fc.constantFrom('é'.repeat(700), '😀'.repeat(400), '\ud83d'.repeat(600)),
);
const anySkill: fc.Arbitrary<Skill> = fc.record({
  skill_id: fc.constant('a'),
  name: anyText,
  description: fc.option(anyText),
  category: fc.option(anyText),
  tags: fc.option(fc.array(anyText, { maxLength: 8 })),
});

describe('catalogueEntry', () => {
  it('stays within what an index can hold, in well-formed text', () => {
    fc.assert(
      fc.property(anySkill, (skill) => {
        const { category, tags = [] } = catalogueEntry(skill);
        expect(Buffer.byteLength(category)).toBeLessThanOrEqual(512);
        expect(category).not.toBe('');
        expect(Buffer.byteLength(tags.join(''))).toBeLessThanOrEqual(4_096);
        for (const part of [category, ...tags]) expect(part.isWellFormed()).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('is what the filter judges by: a skill matches its own category and tags', () => {
    fc.assert(
      fc.property(anySkill, (skill) => {
        const { tags = [] } = catalogueEntry(skill);
        expect(matches({ category: skill.category ?? '' }, skill)).toBe(true);
        for (const tag of tags) expect(matches({ tag }, skill)).toBe(true);
      }),
    );
  });
});
