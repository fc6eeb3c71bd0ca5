import stem from 'wink-porter2-stemmer';
import { STOP_WORDS } from './stop-words.ts';

/** So much of a text counts: what a stored ticket has at most. */
export const MAX_TEXT_CHARS = 6_000;

/** Longer words have no stem: the stemmer’s patterns take quadratic time. */
const MAX_STEM_CHARS = 40;

const WORD = /[\p{L}\p{M}\p{N}']+/gu;
const EDGE_QUOTES = /^'+|'+$/g;

/** The words of a text in lower case, quotes at their edges taken off. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [match] of text.slice(0, MAX_TEXT_CHARS).replaceAll('’', "'").toLowerCase().matchAll(WORD)) {
    const word = match.startsWith("'") || match.endsWith("'") ? match.replace(EDGE_QUOTES, '') : match;
    if (word !== '') words.push(word);
  }
  return words;
}

/** The Porter2 stem of a word, or an empty text for a stop word. */
export function stemOf(word: string): string {
  if (STOP_WORDS.has(word)) return '';
  return word.length > MAX_STEM_CHARS ? word : stem(word);
}
