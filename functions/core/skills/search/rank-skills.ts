import type { Query } from './read-query.ts';
import type { TermEngine, TermMatches } from './term-engine.ts';
import type { Word } from './text-terms.ts';

/** A shorter beginning says too little. */
const MIN_PREFIX_CHARACTERS = 3;
/** From how many characters on a word may have one typing error, and two. */
const ONE_TYPO_CHARACTERS = 4;
const TWO_TYPOS_CHARACTERS = 5;
/** A word in no more skills may be misspelt itself: what is like it counts, too. */
const RARE_SKILLS = 2;
/** A longer word is no typing error, and comparing it takes long. */
const MAX_TYPO_CHARACTERS = 24;

/** How much of a word a skill covers that has only a longer or a similar one; two letters changed places; a part. */
const SIMILAR = 0.7;
const SWAPPED = 0.8;
const PART = 0.6;
/** What neighbours in one word add: `git lab` finds GitLab. */
const JOINED = 0.5;
/** How much more it counts to go with all of the query than with a part of it. */
const COVERAGE_POWER = 2;

type Sum = { score: number; covered: number };
/** What the words found so far: skills by id. */
type Sums = Map<string, Sum>;
/** What a match is worth: factor of its score, and how much of the query it covers. */
type Worth = { readonly boost: number; readonly weight: number };

/**
 * The skills that go with a query, by id, each with a score above zero: the sum of BM25 over the words, times the
 * square of the share of the query that the skill covers. The rarer a word, the larger its share. So none is left out
 * for the lack of one word, and one that has all words comes before one that has the rarest often.
 *
 * @param size how many skills there are
 */
export function rankSkills({ words, joined }: Query, engine: TermEngine, size: number): Map<string, number> {
  const sums: Sums = new Map();
  let total = 0;
  for (const word of words) total += addWord(sums, word, engine, size);
  for (const term of joined) addMatches(sums, exactly(engine, term), { boost: JOINED, weight: 0 });
  const scores = new Map<string, number>();
  for (const [id, { score, covered }] of sums) {
    // Neighbours in one word alone are no match.
    if (covered > 0) scores.set(id, score * Math.min(1, covered / total) ** COVERAGE_POWER);
  }
  return scores;
}

/** @returns the weight of the word in the query */
function addWord(sums: Sums, word: Word, engine: TermEngine, size: number): number {
  const { term } = word;
  const prefix = characters(term) >= MIN_PREFIX_CHARACTERS;
  const found = engine.find(term, { prefix, typos: 0 });
  const weight = Math.log(1 + (size - found.skills + 0.5) / (found.skills + 0.5));
  const isSwapped = found.skills <= RARE_SKILLS && addSwaps(sums, term, engine, weight);
  const typos = typosIn(term, found.skills, isSwapped);
  addMatches(sums, typos > 0 ? engine.find(term, { prefix, typos }) : found, { boost: 1, weight });
  if (found.skills === 0 && !isSwapped) addParts(sums, word, engine, weight);
  return weight;
}

/** Two neighbouring letters that changed places, the commonest of typing errors. @returns whether that makes a word */
function addSwaps(sums: Sums, term: string, engine: TermEngine, weight: number): boolean {
  const known = swaps(term)
    .map((swap) => exactly(engine, swap))
    .filter(({ skills }) => skills > 0);
  for (const matches of known) addMatches(sums, matches, { boost: SWAPPED, weight: weight * SWAPPED });
  return known.length > 0;
}

/** What skills have in parts may be written in one. */
function addParts(sums: Sums, { parts }: Word, engine: TermEngine, weight: number): void {
  for (const part of parts) {
    addMatches(sums, exactly(engine, part), { boost: PART, weight: (weight * PART) / parts.length });
  }
}

function addMatches(sums: Sums, { matches }: TermMatches, { boost, weight }: Worth): void {
  for (const { id, score, isExact } of matches) {
    const covered = isExact ? weight : weight * SIMILAR;
    const sum = sums.get(id);
    if (sum === undefined) sums.set(id, { score: score * boost, covered });
    else {
      sum.score += score * boost;
      sum.covered += covered;
    }
  }
}

function exactly(engine: TermEngine, term: string): TermMatches {
  return engine.find(term, { prefix: false, typos: 0 });
}

function typosIn(term: string, skills: number, isSwapped: boolean): number {
  const length = characters(term);
  if (skills > RARE_SKILLS || isSwapped) return 0;
  if (length < ONE_TYPO_CHARACTERS || length > MAX_TYPO_CHARACTERS) return 0;
  if (skills > 0) return length < TWO_TYPOS_CHARACTERS ? 0 : 1;
  return length < TWO_TYPOS_CHARACTERS ? 1 : 2;
}

/** The terms that a term becomes when two neighbours change places. */
function swaps(term: string): string[] {
  const letters = [...term];
  if (letters.length < ONE_TYPO_CHARACTERS || letters.length > MAX_TYPO_CHARACTERS) return [];
  return letters
    .slice(1)
    .map((letter, at) => [...letters.slice(0, at), letter, letters[at], ...letters.slice(at + 2)].join(''))
    .filter((swap) => swap !== term);
}

function characters(term: string): number {
  return [...term].length;
}
