import { type Closeness, createExactNames } from './exact-names.ts';
import { orderHits } from './order-hits.ts';
import { rankSkills } from './rank-skills.ts';
import { readQuery } from './read-query.ts';
import type { SearchableSkill } from './searchable-skill.ts';
import { type Completable, completable, type Suggestion, suggestCompletions } from './suggest-completions.ts';
import { createTermEngine, readTermEngine, type TermEngine } from './term-engine.ts';

/** A skill that was found. The higher the score the better; scores of different queries are not comparable. */
export type SearchHit = { readonly id: string; readonly score: number };

/** What a search is narrowed down to; all given must hold. */
export type SearchFilter = { readonly category?: string; readonly tag?: string };

/** What a snapshot stores: plain data for JSON. What is in it is this module's affair. */
export type IndexSnapshot = {
  /** Changes when `terms` of an older program can't be used; they are made again then. */
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

/** Counts up when the same skill gets other terms than before, or terms are written in another way. */
const FORMAT = 2;

/** The dictionary that divides text without spaces comes with Node, and so changes with it. */
const DICTIONARY = `${process.versions.icu}\n`;

/** Lifts a skill of exactly that name above all others, whose scores end below 1. */
const LIFT: Readonly<Record<Closeness, number>> = { letter: 2, plain: 1 };
/** The sum of BM25 that gives half of the best score. */
const HALF_SCORE = 50;

/** Its completable form is made when somebody first asks for completions. */
type Entry = { readonly skill: SearchableSkill; completable?: Completable };

/** An index of these skills; of two with one id the later counts. */
export function createSkillIndex(skills: Iterable<SearchableSkill> = []): SkillIndex {
  const byId = new Map<string, SearchableSkill>();
  for (const skill of skills) byId.set(skill.id, skill);
  const all = [...byId.values()];
  return openIndex(createTermEngine(all), all);
}

/** The index that a snapshot was taken of. Where another program made the terms, they are made again. */
export function readSkillIndex({ format, skills, terms }: IndexSnapshot): SkillIndex {
  const isOwn = format === FORMAT && terms.startsWith(DICTIONARY);
  return isOwn ? openIndex(readTermEngine(terms.slice(DICTIONARY.length)), skills) : createSkillIndex(skills);
}

/** @param skills those that the engine has */
function openIndex(engine: TermEngine, skills: readonly SearchableSkill[]): SkillIndex {
  const entries = new Map<string, Entry>();
  const names = createExactNames();
  const enter = (skill: SearchableSkill) => {
    entries.set(skill.id, { skill });
    names.add(skill.id, skill.name);
  };
  for (const skill of skills) enter(skill);
  const remove = (id: string) => {
    const entry = entries.get(id);
    if (entry === undefined) return;
    engine.remove(entry.skill);
    names.remove(id, entry.skill.name);
    entries.delete(id);
  };
  return {
    get size() {
      return entries.size;
    },
    search(query, filter, now) {
      const scores = rankSkills(readQuery(query), engine, entries.size);
      const named = names.find(query);
      for (const id of named.keys()) if (!scores.has(id)) scores.set(id, 0);
      const wanted: [id: string, score: number][] = [];
      for (const [id, score] of scores) {
        if (!isWanted(entries.get(id)?.skill, filter, now)) continue;
        wanted.push([id, liftedScore(score, named.get(id))]);
      }
      return orderHits(wanted);
    },
    suggest: (prefix, limit, now) => suggestCompletions(live(entries.values(), now), prefix, limit),
    put(skill) {
      remove(skill.id);
      engine.add(skill);
      enter(skill);
    },
    remove,
    hashes: () => new Map(Array.from(entries, ([id, { skill }]) => [id, skill.hash])),
    toSnapshot: () => ({
      format: FORMAT,
      skills: Array.from(entries.values(), ({ skill }) => skill),
      terms: DICTIONARY + engine.toJson(),
    }),
  };
}

/** Between 0 and 1, and 1 or 2 more for the very name. */
function liftedScore(score: number, closeness: Closeness | undefined): number {
  return score / (score + HALF_SCORE) + (closeness === undefined ? 0 : LIFT[closeness]);
}

function* live(entries: Iterable<Entry>, now: number): Generator<readonly [SearchableSkill, Completable]> {
  for (const entry of entries) {
    const { skill } = entry;
    if (skill.expiresAt <= now) continue;
    entry.completable ??= completable(skill);
    yield [skill, entry.completable];
  }
}

function isWanted(skill: SearchableSkill | undefined, filter: SearchFilter, now: number): boolean {
  if (skill === undefined || skill.expiresAt <= now) return false;
  if (filter.category !== undefined && skill.category !== filter.category) return false;
  return filter.tag === undefined || skill.tags.includes(filter.tag);
}
