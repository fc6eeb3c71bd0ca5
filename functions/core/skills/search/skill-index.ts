import MiniSearch from 'minisearch';
import type { SearchableSkill } from './searchable-skill.ts';

/** A skill that was found. The higher the score the better; scores of different queries are not comparable. */
export type SearchHit = { readonly id: string; readonly score: number };

/** What a search is narrowed down to; all given must hold. */
export type SearchFilter = { readonly category?: string; readonly tag?: string };

/** How a text in a search box may go on. */
export type Suggestion =
  | { readonly text: string; readonly kind: 'name'; readonly skillId: string }
  | { readonly text: string; readonly kind: 'tag' };

/** What a snapshot stores: plain data for JSON. What is in it is this module's affair. */
export type IndexSnapshot = {
  /** Changes when `terms` of an older program can't be used; they are made anew then. */
  readonly format: number;
  readonly skills: readonly SearchableSkill[];
  readonly terms: string;
};

/** A full-text index of skills in memory. */
export type SkillIndex = {
  readonly size: number;
  /** Every hit, best first; equal scores by id. The same index and query give the same hits. `now` in ms since 1970. */
  search(query: string, filter: SearchFilter, now: number): readonly SearchHit[];
  suggest(prefix: string, limit: number, now: number): readonly Suggestion[];
  /** Adds a skill or replaces the one of that id. */
  put(skill: SearchableSkill): void;
  /** Removes a skill if it is there. */
  remove(id: string): void;
  /** The hash of each skill by its id, to be compared with the digests. */
  hashes(): ReadonlyMap<string, string>;
  /** What `readSkillIndex` makes the same index of. */
  toSnapshot(): IndexSnapshot;
};

const OPTIONS = {
  idField: 'id',
  fields: ['name', 'tags', 'category', 'description'],
  autoVacuum: false,
};

/** An index of these skills. */
export function createSkillIndex(skills: Iterable<SearchableSkill> = []): SkillIndex {
  const byId = new Map([...skills].map((skill) => [skill.id, skill]));
  const engine = new MiniSearch<SearchableSkill>(OPTIONS);
  engine.addAll([...byId.values()]);
  return indexOver(engine, byId);
}

/** The index that a snapshot was taken of. */
export function readSkillIndex(snapshot: IndexSnapshot): SkillIndex {
  const engine = MiniSearch.loadJSON<SearchableSkill>(snapshot.terms, OPTIONS);
  return indexOver(engine, new Map(snapshot.skills.map((skill) => [skill.id, skill])));
}

function indexOver(engine: MiniSearch<SearchableSkill>, byId: Map<string, SearchableSkill>): SkillIndex {
  const remove = (id: string) => {
    const skill = byId.get(id);
    if (skill === undefined) return;
    engine.remove(skill);
    byId.delete(id);
  };
  return {
    get size() {
      return byId.size;
    },
    search(query, filter, now) {
      return engine
        .search(query, { prefix: true, fuzzy: 0.2, boost: { name: 2 } })
        .map(({ id, score }) => ({ id: String(id), score }))
        .filter(({ id }) => isWanted(byId.get(id), filter, now))
        .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
    },
    suggest: (prefix, limit, now) =>
      [...byId.values()]
        .filter(
          ({ name, expiresAt }) =>
            expiresAt > now && name.toLowerCase().startsWith(prefix.trim().toLowerCase()),
        )
        .slice(0, limit)
        .map(({ id, name }) => ({ text: name, kind: 'name', skillId: id })),
    put(skill) {
      remove(skill.id);
      byId.set(skill.id, skill);
      engine.add(skill);
    },
    remove,
    hashes: () => new Map([...byId.values()].map(({ id, hash }) => [id, hash])),
    toSnapshot: () => ({ format: 1, skills: [...byId.values()], terms: JSON.stringify(engine) }),
  };
}

function isWanted(skill: SearchableSkill | undefined, filter: SearchFilter, now: number): boolean {
  if (skill === undefined || skill.expiresAt <= now) return false;
  if (filter.category !== undefined && skill.category !== filter.category) return false;
  return filter.tag === undefined || skill.tags.includes(filter.tag);
}
