import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  generateCategories,
  generateSkill,
  generateSkillId,
  generateSkills,
} from '#local/marketplace/catalog/generate-catalog.ts';

function digest(seed: number, count: number): string {
  const hash = createHash('sha256');
  for (const skill of generateSkills({ seed, count })) hash.update(JSON.stringify(skill));
  return hash.digest('hex');
}

describe('generateSkills', () => {
  it('gives the same bytes for a seed on every machine and in every release', () => {
    // Whoever changes the generator on purpose pins the new value here.
    expect(digest(1, 300)).toBe('c3c5be2c6d26f3c0b0053d7b33c97c48b89f63caab891bbc21a9b496750d3786');
  });

  it('gives another catalogue for another seed', () => {
    expect(digest(2, 20)).not.toBe(digest(1, 20));
    expect(generateSkillId(2, 0)).not.toBe(generateSkillId(1, 0));
  });

  it('derives each skill from its index alone when skills are made lazily', () => {
    const [skill] = generateSkills({ seed: 1, count: 1, first: 4_321 });

    expect(skill).toEqual(generateSkill(1, 4_321));
    expect(skill!.skill_id).toBe(generateSkillId(1, 4_321));
  });

  it('never repeats an id, though names repeat', () => {
    const ids = new Set(Array.from({ length: 100_000 }, (_, index) => generateSkillId(1, index)));
    const names = Array.from({ length: 2_000 }, (_, index) => generateSkill(1, index).name);

    expect(ids.size).toBe(100_000);
    expect(
      [...ids].every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/.test(id)),
    ).toBe(true);
    expect(new Set(names).size).toBeLessThan(names.length);
  });

  it('has records of about 2 KB with a tail of 20 to 70 KB', () => {
    const sizes = [...generateSkills({ seed: 1, count: 5_000 })].map((skill) =>
      Buffer.byteLength(JSON.stringify(skill)),
    );
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    const tail = sizes.filter((size) => size > 20_000);

    expect(mean).toBeGreaterThan(1_900);
    expect(mean).toBeLessThan(2_500);
    expect(tail.length).toBeGreaterThan(3);
    expect(tail.length).toBeLessThan(40);
    expect(Math.max(...sizes)).toBeLessThan(70_000);
  });

  it('writes in several scripts, survives UTF-8, and keeps its figures in range', () => {
    const skills = [...generateSkills({ seed: 1, count: 1_000 })];
    const text = JSON.stringify(skills);

    for (const script of [
      /\p{Script=Han}/u,
      /\p{Script=Arabic}/u,
      /\p{Script=Hebrew}/u,
      /é/u,
      /\p{RGI_Emoji}/v,
    ]) {
      expect(text).toMatch(script);
    }
    expect(Buffer.from(text).toString()).toBe(text);
    const categories = new Set(generateCategories().map((category) => category.name));
    for (const skill of skills) {
      expect(categories).toContain(skill.category);
      expect(skill.version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(Date.parse(skill.updated_at)).toBeGreaterThanOrEqual(Date.parse(skill.created_at) - 1_000);
      expect(skill.created_at).toMatch(/^202[56]-.*Z$/);
      expect(skill.average_rating === 0 || (skill.average_rating >= 1 && skill.average_rating <= 5)).toBe(
        true,
      );
      expect(skill.rating_count === 0).toBe(skill.average_rating === 0);
    }
  });
});

describe('generateCategories', () => {
  it('has 24 categories with distinct names', () => {
    expect(new Set(generateCategories().map((category) => category.name)).size).toBe(24);
  });
});
