import type { MemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { pageOfHits } from '#adapters/dynamodb/skills/page-of-hits.ts';
import { searchableSkill } from '#core/skills/search/searchable-skill.ts';
import { createSkillIndex } from '#core/skills/search/skill-index.ts';
import type { SkillSearch } from '#core/skills/search/skill-search.ts';
import { cachedSkill } from '#core/skills/skill-entry.ts';

/** A search over what the memory's table holds at this moment. */
export function createMemorySearch({ skills }: Pick<MemoryTable, 'skills'>, now: () => number): SkillSearch {
  const index = () =>
    createSkillIndex(
      [...skills.values()].flatMap((entry) => {
        const skill = cachedSkill(entry);
        return skill ? [searchableSkill(skill)] : [];
      }),
    );
  return {
    search: async (request) => pageOfHits(index().search(request.query, request.filter, now()), request),
    suggest: async (prefix, limit) => index().suggest(prefix, limit, now()),
    noticed() {},
  };
}
