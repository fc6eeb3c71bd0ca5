import { beforeAll, describe, expect, it } from 'vitest';
import { readCatalogue, searchableSkills, whyNoCatalogue } from '#bench/search/real-catalogue.ts';
import { measureRelevance, readQueries, type Search, substringFilter } from '#bench/search/relevance.ts';
import { createSkillIndex, type SkillIndex } from '#core/skills/search/skill-index.ts';
import type { Skill } from '#core/skills/skill.ts';

/** A hundred times what it takes alone: a machine that is busy makes it slow. */
const HOOK_TIMEOUT_MS = 120_000;

const missing = whyNoCatalogue();
if (missing !== undefined) console.warn(`The tests of relevance do not run: ${missing}.`);

/** A little below what was measured (decision 80): what falls below it has become worse. */
const FLOORS = [
  { set: 'own', queries: 180, mrr: 0.87, hitAt1: 0.8, hitAt10: 0.975 },
  { set: 'held-out', queries: 62, mrr: 0.85, hitAt1: 0.77, hitAt10: 0.955 },
] as const;

describe.runIf(missing === undefined)('The search of the real catalogue', () => {
  let catalogue: Skill[];
  let index: SkillIndex;
  let search: Search;

  beforeAll(() => {
    catalogue = readCatalogue();
    index = createSkillIndex(searchableSkills(catalogue, catalogue.length));
    search = (query) => index.search(query, {}, 0).map(({ id }) => id);
  }, HOOK_TIMEOUT_MS);

  it.each(FLOORS)('answers the $set queries as well as it did', ({ set, queries: count, ...floor }) => {
    const queries = readQueries(set);
    expect(queries).toHaveLength(count);
    const { mrr, hitAt1, hitAt10 } = measureRelevance(search, queries);
    expect(mrr).toBeGreaterThan(floor.mrr);
    expect(hitAt1).toBeGreaterThan(floor.hitAt1);
    expect(hitAt10).toBeGreaterThan(floor.hitAt10);
  });

  it('answers them better by far than a filter by text does', () => {
    const filtered = measureRelevance(substringFilter(catalogue), readQueries('own'));
    expect(filtered.mrr).toBeLessThan(0.4);
    expect(filtered.hitAt10).toBeLessThan(0.4);
  });

  it('wants skills that there are, in queries that differ', () => {
    const ids = new Set(catalogue.map(({ skill_id }) => skill_id));
    const all = [...readQueries('own'), ...readQueries('held-out')];
    expect(all.flatMap(({ wanted }) => [...wanted]).filter((id) => !ids.has(id))).toEqual([]);
    expect(new Set(all.map(({ query }) => query)).size).toBe(all.length);
  });

  it('puts each tenth skill of a unique name first by its name', () => {
    const counts = Map.groupBy(catalogue, ({ name }) => name.trim());
    const unique = catalogue.filter(({ name }) => counts.get(name.trim())?.length === 1);
    expect(unique.length).toBeGreaterThan(4_000);
    const missed = unique
      .filter((_, n) => n % 10 === 0)
      .filter(({ name, skill_id }) => search(name.slice(0, 300))[0] !== skill_id);
    expect(missed.map(({ name }) => name)).toEqual([]);
  });
});
