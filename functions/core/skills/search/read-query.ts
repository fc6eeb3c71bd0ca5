import { isStopWord } from './stop-words.ts';
import { type Word, wordsOf } from './text-terms.ts';

/** What is asked for: the words that count, each once, and what neighbours make when they are written in one. */
export type Query = { readonly words: readonly Word[]; readonly joined: readonly string[] };

/** More words make a search slow and no better. */
const MAX_WORDS = 24;

/** Reads a query. Stop words count only where there is nothing else; then names, tags and categories are found by them. */
export function readQuery(text: string): Query {
  const all = wordsOf(text).slice(0, 4 * MAX_WORDS);
  const telling = all.filter(({ term }) => !isStopWord(term));
  const words = new Map((telling.length > 0 ? telling : all).map((word) => [word.term, word]));
  const joined = all.slice(1).map(({ term }, at) => `${all[at]?.term ?? ''}${term}`);
  return { words: [...words.values()].slice(0, MAX_WORDS), joined: [...new Set(joined)].slice(0, MAX_WORDS) };
}
