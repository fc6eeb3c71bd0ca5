import { describe, expect, it } from 'vitest';
import { searchableSkill } from '#core/skills/search/searchable-skill.ts';
import { type Skill, versionOf } from '#core/skills/skill.ts';

function searchable(skill: Partial<Skill>, local?: Skill) {
  const remote = versionOf({ skill_id: 's1', name: 'Cron Retry', ...skill });
  return searchableSkill({ remote, observedAt: 0, expiresAt: new Date(5_000), ...(local && { local }) });
}

describe('searchableSkill', () => {
  it('is the skill as it is served, a local edit included, under the hash of the digest', () => {
    const local = { skill_id: 's1', name: 'Ours', tags: ['mine'], category: 'B', description: 'edited' };
    const edited = searchable({ category: 'A' }, local);
    expect(edited).toEqual({
      id: 's1',
      name: 'Ours',
      tags: ['mine'],
      category: 'B',
      description: 'edited',
      hash: searchable({ category: 'A' }).hash,
      expiresAt: 5_000,
    });
  });

  it('has nothing where the skill has null or nothing', () => {
    expect(searchable({ tags: null, category: null, description: null })).toMatchObject({
      tags: [],
      category: '',
      description: '',
    });
  });

  it('cuts a description of 1 MB and never within a character', () => {
    expect(searchable({ description: 'x'.repeat(1_000_000) }).description).toHaveLength(600);
    const { description } = searchable({ description: `${'x'.repeat(599)}😀` });
    expect(description.isWellFormed()).toBe(true);
  });

  it('takes the first 4 KB of tags, none empty', () => {
    const tags = ['', ...Array.from({ length: 2_000 }, (_, n) => `tag${n}`)];
    const indexed = searchable({ tags }).tags;
    expect(indexed[0]).toBe('tag0');
    expect(indexed.join(' ').length).toBeLessThanOrEqual(4_096);
    expect(indexed.length).toBeGreaterThan(400);
  });
});
