import type { SearchableSkill } from './searchable-skill.ts';
import { isUnspaced, plainText } from './text-terms.ts';

/** How a text in a search box may go on. */
export type Suggestion =
  | { readonly text: string; readonly kind: 'name'; readonly skillId: string }
  | { readonly text: string; readonly kind: 'tag' };

/** What of a skill is completed, in the form in which it is compared. */
export type Completable = {
  readonly name: string;
  readonly tags: readonly string[];
  /** Both in one: most skills are passed over by one comparison. */
  readonly all: string;
};

/** What was typed, in the form in which it is compared. */
type Typed = {
  readonly text: string;
  /** The text as it stands within another. */
  readonly within: string;
  /** Its words, each with the space that is before a word. */
  readonly words: readonly string[];
  readonly longestWord: string;
};

type Candidate = { readonly rank: number; readonly text: string; readonly suggestion: Suggestion };

const MAX_TYPED_WORDS = 24;

/** Prepares a skill for {@link suggestCompletions}. */
export function completable({ name, tags }: SearchableSkill): Completable {
  const texts = [name, ...tags].map(compared);
  return { name: texts[0] ?? '', tags: texts.slice(1), all: texts.join('') };
}

/**
 * The names and tags that what was typed may become: each of its words begins one of theirs. First those that begin
 * with it, then those that have it within, then those that have its words apart; the shorter first. No text is there
 * twice of a kind.
 */
export function suggestCompletions(
  skills: Iterable<readonly [SearchableSkill, Completable]>,
  prefix: string,
  limit: number,
): readonly Suggestion[] {
  const typed = readTyped(prefix);
  if (typed.text === '') return [];
  const names = new Map<string, Candidate>();
  const tags = new Map<string, Candidate>();
  for (const [{ id, name, tags: skillTags }, { name: text, tags: texts, all }] of skills) {
    if (!all.includes(typed.longestWord)) continue;
    offer(names, typed, text, { text: name.trim(), kind: 'name', skillId: id });
    texts.forEach((tag, at) => {
      offer(tags, typed, tag, { text: skillTags[at] ?? '', kind: 'tag' });
    });
  }
  return [...names.values(), ...tags.values()]
    .sort(byRank)
    .slice(0, limit)
    .map(({ suggestion }) => suggestion);
}

function offer(candidates: Map<string, Candidate>, typed: Typed, text: string, suggestion: Suggestion): void {
  const rank = rankOf(text, typed);
  if (rank === undefined) return;
  const candidate = { rank, text, suggestion };
  const other = candidates.get(text);
  if (other === undefined || byRank(candidate, other) < 0) candidates.set(text, candidate);
}

/** The lower the better; undefined: it is no completion. */
function rankOf(text: string, typed: Typed): number | undefined {
  if (text.startsWith(typed.text, 1)) return 0;
  if (text.includes(typed.within)) return 1;
  return typed.words.every((word) => text.includes(word)) ? 2 : undefined;
}

function byRank(a: Candidate, b: Candidate): number {
  return (
    a.rank - b.rank ||
    a.text.length - b.text.length ||
    compareText(a.text, b.text) ||
    compareText(a.suggestion.kind, b.suggestion.kind) ||
    compareText(a.suggestion.text, b.suggestion.text) ||
    compareText(idOf(a.suggestion), idOf(b.suggestion))
  );
}

function idOf(suggestion: Suggestion): string {
  return suggestion.kind === 'name' ? suggestion.skillId : '';
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function readTyped(prefix: string): Typed {
  const text = compared(prefix).slice(1);
  // Without spaces between words each letter may begin one.
  const before = isUnspaced(text) ? '' : ' ';
  const words = text
    .split(' ')
    .slice(0, MAX_TYPED_WORDS)
    .map((word) => before + word);
  const longestWord = words.reduce((longest, word) => (word.length > longest.length ? word : longest), '');
  return { text, within: before + text, words, longestWord };
}

/** Words apart by one space, with one before the first, so that each word begins behind a space. */
function compared(text: string): string {
  return ` ${plainText(text)
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim()}`;
}
