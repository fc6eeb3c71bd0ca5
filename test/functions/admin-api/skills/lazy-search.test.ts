import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import type { SearchableSkill } from '#core/skills/search/searchable-skill.ts';
import type { SkillSearch } from '#core/skills/search/skill-search.ts';
import { createLazySearch } from '#functions/admin-api/skills/lazy-search.ts';

const REQUEST = { query: 'csv', filter: {}, limit: 5 };

const edited = (id: string, name = 'n'): SearchableSkill => ({
  id,
  name,
  tags: [],
  category: '',
  description: '',
  hash: 'h',
  expiresAt: 1,
});

/** A search that notes what it is told, and how often it was loaded. */
function setUp() {
  const noticed: SearchableSkill[] = [];
  const inner: SkillSearch = {
    search: async ({ query }) => ({ hits: [], cursor: query }),
    suggest: async (text) => [{ text, kind: 'tag' }],
    noticed: (skill) => void noticed.push(skill),
  };
  const loads: string[] = [];
  const failures: Error[] = [];
  const search = createLazySearch(async () => {
    loads.push('load');
    const failure = failures.shift();
    if (failure) throw failure;
    return inner;
  });
  return { search, noticed, loads, failures };
}

describe('createLazySearch', () => {
  it('loads nothing until something is searched for, and then once', async () => {
    const { search, loads } = setUp();
    search.noticed(edited('a'));
    expect(loads).toEqual([]);

    const [page, suggestions] = await Promise.all([search.search(REQUEST), search.suggest('c', 3)]);

    expect(page).toEqual({ hits: [], cursor: 'csv' });
    expect(suggestions).toEqual([{ text: 'c', kind: 'tag' }]);
    expect(loads).toEqual(['load']);
  });

  it('hands edits on that it noticed before it was loaded: the last of each skill', async () => {
    const { search, noticed } = setUp();
    for (const skill of [edited('a', 'first'), edited('b'), edited('a', 'last')]) search.noticed(skill);
    await search.search(REQUEST);
    search.noticed(edited('c'));

    expect(noticed).toEqual([edited('b'), edited('a', 'last'), edited('c')]);
  });

  it('keeps no more of them than two hundred, the latest', async () => {
    const { search, noticed } = setUp();
    for (let n = 0; n < 250; n += 1) search.noticed(edited(`${n}`));
    await search.search(REQUEST);

    expect(noticed.map(({ id }) => id)).toEqual(Array.from({ length: 200 }, (_, n) => `${n + 50}`));
  });

  it('tries again after a load that failed', async () => {
    const { search, loads, failures, noticed } = setUp();
    failures.push(new StorageError('down'));
    search.noticed(edited('a'));

    await expect(search.search(REQUEST)).rejects.toThrow(StorageError);
    expect((await search.search(REQUEST)).cursor).toBe('csv');
    expect(loads).toHaveLength(2);
    expect(noticed).toHaveLength(1);
  });
});
