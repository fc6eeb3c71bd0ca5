import type { SearchableSkill } from '#core/skills/search/searchable-skill.ts';
import type { SkillSearch } from '#core/skills/search/skill-search.ts';

/** How many edits are kept for a search that is not loaded yet; it reads those before them by itself. */
const MAX_PENDING = 200;

/**
 * A search that is loaded when it is first needed: most invocations search for nothing, and a cold start must not wait for
 * the library. Edits that are noticed before are handed on once it is loaded. A load that failed is tried again.
 */
export function createLazySearch(load: () => Promise<SkillSearch>): SkillSearch {
  let loading: Promise<SkillSearch> | undefined;
  let loaded: SkillSearch | undefined;
  const pending = new Map<string, SearchableSkill>();

  const loadOnce = async () => {
    const search = await load();
    for (const skill of pending.values()) search.noticed(skill);
    pending.clear();
    loaded = search;
    return search;
  };
  const ready = (): Promise<SkillSearch> => {
    loading ??= loadOnce().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };

  return {
    search: async (request) => (await ready()).search(request),
    suggest: async (prefix, limit) => (await ready()).suggest(prefix, limit),
    noticed(skill) {
      if (loaded) return loaded.noticed(skill);
      pending.delete(skill.id);
      pending.set(skill.id, skill);
      const [oldest] = pending.size > MAX_PENDING ? pending.keys() : [];
      if (oldest !== undefined) pending.delete(oldest);
    },
  };
}
