import type { SearchHit, SkillIndex } from './skill-index.ts';

/** Queries whose hits are remembered: some hundred KB each at most. */
const REMEMBERED = 30;

/**
 * The same index, which remembers the hits of the last queries until a skill is put or removed: the next page of a query,
 * and a query that many ask, cost no search. For an index whose skills do not expire by themselves.
 */
export function rememberHits(index: SkillIndex): SkillIndex {
  const remembered = new Map<string, readonly SearchHit[]>();
  return {
    get size() {
      return index.size;
    },
    search(query, filter, now) {
      const key = JSON.stringify([query, filter.category, filter.tag]);
      const hits = remembered.get(key) ?? index.search(query, filter, now);
      remembered.delete(key);
      remembered.set(key, hits);
      const [oldest] = remembered.size > REMEMBERED ? remembered.keys() : [];
      if (oldest !== undefined) remembered.delete(oldest);
      return hits;
    },
    suggest: (prefix, limit, now) => index.suggest(prefix, limit, now),
    put(skill) {
      remembered.clear();
      index.put(skill);
    },
    remove(id) {
      remembered.clear();
      index.remove(id);
    },
    hashes: () => index.hashes(),
    toSnapshot: () => index.toSnapshot(),
  };
}
