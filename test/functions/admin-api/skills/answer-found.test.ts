import { describe, expect, it } from 'vitest';
import type { SkillSearch } from '#core/skills/search/skill-search.ts';
import { answerFound } from '#functions/admin-api/skills/answer-found.ts';
import { publish } from '#test/functions/admin-api/fill-world.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';

const REQUEST = { query: 'x', filter: {}, limit: 10 };

const searchFinding = (score: number, partial?: string): SkillSearch => ({
  search: async () => ({ hits: [{ id: 'a', score }], cursor: undefined, partial }),
  suggest: async () => [],
  noticed() {},
});

describe('answerFound', () => {
  it('puts the score into the skill, above a field of that name', async () => {
    const world = createWorld();
    await publish(world, { skill_id: 'a', name: 'A', score: 'mine' });

    const { body } = await answerFound(REQUEST, { ...world.services, search: searchFinding(12.345678) });

    expect(body).toEqual({
      success: true,
      skills: [{ skill_id: 'a', name: 'A', score: 12.3457 }],
      next_cursor: null,
    });
  });

  it('says that not all was searched, and why', async () => {
    const world = createWorld();
    const search = searchFinding(1, 'There are more skills than fit.');

    const { body } = await answerFound(REQUEST, { ...world.services, search });

    expect(body).toMatchObject({ partial: true, partial_reason: 'There are more skills than fit.' });
  });

  it('shows of a skill that fills an answer its id, name and score', async () => {
    const world = createWorld();
    await publish(world, { skill_id: 'a', name: 'A', code: '"'.repeat(3_100_000) });

    const { body } = await answerFound(REQUEST, { ...world.services, search: searchFinding(2) });

    expect(body).toMatchObject({
      skills: [{ skill_id: 'a', name: 'A', score: 2, note: expect.stringMatching(/Too large/) }],
    });
  });
});
