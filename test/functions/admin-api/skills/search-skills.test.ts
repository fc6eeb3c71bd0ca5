import { describe, expect, it } from 'vitest';
import { MAX_PAGE_CHARACTERS } from '#core/answer-size.ts';
import type { SearchRequest, SkillSearch } from '#core/skills/search/skill-search.ts';
import { searchSkills } from '#functions/admin-api/skills/search-skills.ts';
import { publish } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

/** Finds these ids in this order, whatever is searched for; its cursor is where it stands. */
function searchOver(ids: readonly string[], requests: SearchRequest[] = [], partial?: string): SkillSearch {
  return {
    async search(request) {
      requests.push(request);
      const from = Number(request.cursor ?? 0);
      const to = from + request.limit;
      const hits = ids.slice(from, to).map((id, n) => ({ id, score: ids.length - from - n }));
      return { hits, cursor: to < ids.length ? String(to) : undefined, partial };
    },
    suggest: async () => [],
    noticed() {},
  };
}

const REQUEST = { query: 'x', filter: {}, limit: 10 };

const find = (world: World, search: SkillSearch, over: Partial<SearchRequest> = {}) =>
  searchSkills({ ...world.services, search }, { ...REQUEST, ...over });

const idsIn = (page: Awaited<ReturnType<typeof find>>) =>
  page.items.map((it) => it.entry.remote.skill.skill_id);

describe('searchSkills', () => {
  it('keeps the order and the scores of the hits', async () => {
    const world = createWorld();
    for (const skill_id of ['a', 'b', 'c']) await publish(world, { skill_id, name: 'n' });

    const page = await find(world, searchOver(['b', 'c', 'a']));

    expect(idsIn(page)).toEqual(['b', 'c', 'a']);
    expect(page.items.map(({ score }) => score)).toEqual([3, 2, 1]);
    expect(page).toMatchObject({ cursor: undefined, partial: undefined });
  });

  it('fills the page although hits are gone or no longer fit the filter', async () => {
    const world = createWorld();
    const ids = Array.from({ length: 30 }, (_, n) => `s${n}`);
    for (const [n, skill_id] of ids.entries()) {
      if (n % 3 === 0) continue;
      await publish(world, { skill_id, name: 'n', category: n % 3 === 1 ? 'data' : 'web' });
    }

    const first = await find(world, searchOver(ids), { limit: 4, filter: { category: 'data' } });
    const { cursor } = first;
    const second = await find(world, searchOver(ids), { limit: 4, filter: { category: 'data' }, cursor });

    expect(idsIn(first)).toEqual(['s1', 's4', 's7', 's10']);
    expect(idsIn(second)).toEqual(['s13', 's16', 's19', 's22']);
  });

  it('answers what it has, with a cursor, when nothing of a long row is there any more', async () => {
    const requests: SearchRequest[] = [];
    const ids = Array.from({ length: 1_000 }, (_, n) => `gone-${n}`);

    const page = await find(createWorld(), searchOver(ids, requests));

    expect(page).toMatchObject({ items: [], cursor: '80' });
    expect(requests).toHaveLength(8);
  });

  it('ends a page that would fill the memory, and goes on behind it', async () => {
    const world = createWorld();
    const ids = Array.from({ length: 9 }, (_, n) => `s${n}`);
    for (const skill_id of ids) await publish(world, { skill_id, name: 'n', code: 'x'.repeat(4_000_000) });

    const first = await find(world, searchOver(ids));
    const rest = await find(world, searchOver(ids), { cursor: first.cursor });

    expect(JSON.stringify(first.items).length).toBeLessThan(MAX_PAGE_CHARACTERS + 4_100_000);
    expect([...idsIn(first), ...idsIn(rest)]).toEqual(ids);
  });

  it('hands on why not every skill was searched', async () => {
    const page = await find(createWorld(), searchOver([], [], 'too many'));

    expect(page.partial).toBe('too many');
  });
});
