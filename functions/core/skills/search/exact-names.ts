import { plainText } from './text-terms.ts';

/** How closely a name is what was asked for: to the letter, or but for case, diacritics and white space. */
export type Closeness = 'letter' | 'plain';

/** Skills by their whole name. */
export type ExactNames = {
  add(id: string, name: string): void;
  remove(id: string, name: string): void;
  /** The skills of that name, by id. */
  find(query: string): ReadonlyMap<string, Closeness>;
};

/** Names of no skill. */
export function createExactNames(): ExactNames {
  const byName = new Map<string, Map<string, string>>();
  return {
    add(id, name) {
      const key = keyOf(name);
      const ids = byName.get(key) ?? new Map<string, string>();
      byName.set(key, ids.set(id, name));
    },
    remove(id, name) {
      const key = keyOf(name);
      const ids = byName.get(key);
      ids?.delete(id);
      if (ids?.size === 0) byName.delete(key);
    },
    find(query) {
      const asked = query.trim();
      const found = new Map<string, Closeness>();
      for (const [id, name] of byName.get(keyOf(query)) ?? []) {
        found.set(id, name.trim() === asked ? 'letter' : 'plain');
      }
      return found;
    },
  };
}

function keyOf(name: string): string {
  return plainText(name.toWellFormed()).replace(/\s+/g, ' ').trim();
}
