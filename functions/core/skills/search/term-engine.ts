import type MiniSearch from 'minisearch';
import type { Options } from 'minisearch';
import { BulkIndex } from './bulk-index.ts';
import type { SearchableSkill } from './searchable-skill.ts';
import { isStopWord } from './stop-words.ts';
import { termsOf } from './text-terms.ts';

/** How well a skill goes with one term. */
type TermMatch = {
  readonly id: string;
  readonly score: number;
  /** Whether it has the term itself, or only a longer or a similar one. */
  readonly isExact: boolean;
};

/** The skills that go with a term, in no order, and how many have the term itself. */
export type TermMatches = { readonly matches: readonly TermMatch[]; readonly skills: number };

/** How a term is matched beside itself. */
type Matching = {
  /** With terms that begin with it. */
  readonly prefix: boolean;
  /** With terms that so many insertions, omissions or replacements make of it. */
  readonly typos: number;
};

/** What terms are taken from, by how much they tell: a skill, or whatever else has such parts. */
export type SearchableTerms = Pick<SearchableSkill, 'id' | 'name' | 'tags' | 'category' | 'description'>;

/** MiniSearch over skills, asked term by term: how the terms of a query go together is decided elsewhere. */
export type TermEngine = {
  add(skill: SearchableTerms): void;
  /** @param skill as it was added: its terms are taken out one by one */
  remove(skill: SearchableTerms): void;
  find(term: string, matching: Matching): TermMatches;
  toJson(): string;
};

const FIELDS = ['name', 'tags', 'category', 'description'];

const OPTIONS: Options<SearchableTerms> = {
  fields: FIELDS,
  extractField: (skill, field) => (field === 'tags' ? skill.tags.join(' ') : skill[field as 'name']),
  tokenize: termsOf,
  processTerm: (term, field) => (field === 'description' && isStopWord(term) ? null : term),
  // Skills are taken out with all their terms; a vacuum would need a timer.
  autoVacuum: false,
  logger: () => undefined,
};

/** Some 10 MB. */
const MAX_CACHED_MATCHES = 200_000;

/** The best of several values of each on our own queries, and the optimum is flat (decision 80). */
const SEARCH = {
  tokenize: (term: string) => [term],
  processTerm: (term: string) => term,
  boost: { name: 2, tags: 1, category: 0.25 },
  weights: { prefix: 0.3, fuzzy: 0.4 },
};

/** An engine over these skills, each with an id of its own. */
export function createTermEngine(skills: readonly SearchableSkill[] = []): TermEngine {
  const engine = new BulkIndex(OPTIONS);
  engine.fill(skills);
  return engineOver(engine);
}

/** The engine that {@link TermEngine.toJson} wrote. */
export function readTermEngine(json: string): TermEngine {
  return engineOver(BulkIndex.loadJSON(json, OPTIONS));
}

function engineOver(engine: MiniSearch<SearchableTerms>): TermEngine {
  const found = createMatchCache();
  return {
    add(skill) {
      found.clear();
      engine.add(skill);
    },
    remove(skill) {
      found.clear();
      engine.remove(skill);
    },
    find(term, matching) {
      const key = `${matching.prefix} ${matching.typos} ${term}`;
      return found.get(key) ?? found.keep(key, findTerm(engine, term, matching));
    },
    toJson: () => JSON.stringify(engine),
  };
}

function findTerm(
  engine: MiniSearch<SearchableTerms>,
  term: string,
  { prefix, typos }: Matching,
): TermMatches {
  let skills = 0;
  const matches = engine.search(term, { ...SEARCH, prefix, fuzzy: typos }).map(({ id, score, terms }) => {
    const isExact = terms.includes(term);
    if (isExact) skills += 1;
    return { id: String(id), score, isExact };
  });
  return { matches, skills };
}

/** What was found since the last change: the same words are asked for again, and each page asks its query again. */
function createMatchCache() {
  const byKey = new Map<string, TermMatches>();
  let size = 0;
  const clear = () => {
    byKey.clear();
    size = 0;
  };
  return {
    clear,
    get: (key: string) => byKey.get(key),
    keep(key: string, found: TermMatches): TermMatches {
      if (size + found.matches.length > MAX_CACHED_MATCHES) clear();
      size += found.matches.length + 1;
      byKey.set(key, found);
      return found;
    },
  };
}
