import { stem } from './english-stem.ts';

/**
 * How text becomes terms, the same for what is indexed and for what is asked: letters and digits in lower case,
 * without diacritics, in compatibility forms (`ﬁ` is `fi`, `Ａ` is `a`), English endings taken off.
 */

/** A word of a text, and the smaller terms that it is made of (`notebookLM`: notebook and lm). */
export type Word = { readonly term: string; readonly parts: readonly string[] };

/** A longer one is no word: a key, a hash, an address. Its beginning counts. */
const MAX_WORD_CHARACTERS = 40;
/** A compound of more words is a path or a list. */
const MAX_COMPOUND_WORDS = 4;
/** Compounds whose terms are remembered: a catalogue has few, and has them often. The real one has 25,000. */
const MAX_REMEMBERED = 40_000;

const BEYOND_ASCII = /[^\0-\x7f]/;
/** Marks over Latin, Greek and Cyrillic letters, the points of Hebrew and Arabic, and tatweel. */
const DIACRITICS = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]/g;
/** Letters that no decomposition takes apart. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'Ae',
  œ: 'oe',
  Œ: 'Oe',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
};
const UNDIVIDED_LETTERS = /[ßæÆœŒøØđĐłŁı]/g;
/** Programming languages whose names end in signs. */
const SIGNS = /(?<![\p{L}\p{N}])([cf])(\+\+|#)(?![\p{L}\p{N}])/giu;
const APOSTROPHES = /(?<=\p{L})['’](?=\p{L})/gu;
/** Words, and words joined by signs without spaces. */
const COMPOUNDS = /[\p{L}\p{N}\p{M}]+(?:[-_./][\p{L}\p{N}\p{M}]+)*/gu;
/** What most words are like: nothing in it to be taken apart. Not longer than a word may be. */
const ONE_WORD = /^[A-Za-z][a-z]{0,39}$/;
const JOINTS = /[-_./]/;
const CASE_OR_DIGIT =
  /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{Nd})|(?<=\p{Nd})(?=\p{L})/u;
/** Scripts that put no space between words. Korean does; its letters are left together. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/u;
/** One run of such a script, or one of everything else. */
const RUNS = new RegExp(`(?:(?:${UNSPACED.source})\\p{M}*)+|(?:(?!${UNSPACED.source})[^])+`, 'gu');

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });
const termsOfCompounds = new Map<string, readonly string[]>();

/** Text as it is compared: without diacritics, in compatibility forms, in lower case. */
export function plainText(text: string): string {
  return withoutDiacritics(text).toLowerCase();
}

/** Whether a text has letters of a script that puts no space between words. */
export function isUnspaced(text: string): boolean {
  return BEYOND_ASCII.test(text) && UNSPACED.test(text);
}

/** The words of a text in their order; those of a compound (`retry-failed`) one by one. */
export function wordsOf(text: string): Word[] {
  return compoundsOf(text).flatMap((compound) => compound.split(JOINTS).flatMap(wordsIn));
}

/** Every term that a text is found by: its words, what they are made of, and its compounds in one. */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const compound of compoundsOf(text)) {
    for (const term of rememberedTerms(compound)) terms.push(term);
  }
  return terms;
}

function rememberedTerms(compound: string): readonly string[] {
  const known = termsOfCompounds.get(compound);
  if (known) return known;
  const terms = ONE_WORD.test(compound) ? [termOf(compound)] : compoundTerms(compound);
  if (compound.length <= MAX_WORD_CHARACTERS) remember(compound, terms);
  return terms;
}

function compoundTerms(compound: string): string[] {
  const words = compound.split(JOINTS);
  const terms = words.flatMap(wordsIn).flatMap(({ term, parts }) => [term, ...parts]);
  if (words.length > 1 && words.length <= MAX_COMPOUND_WORDS)
    terms.push(...wordsIn(words.join('')).map(({ term }) => term));
  return terms;
}

function remember(compound: string, terms: readonly string[]): void {
  if (termsOfCompounds.size >= MAX_REMEMBERED) termsOfCompounds.clear();
  termsOfCompounds.set(compound, terms);
}

function compoundsOf(text: string): readonly string[] {
  return withoutDiacritics(text).replace(SIGNS, signName).replace(APOSTROPHES, '').match(COMPOUNDS) ?? [];
}

/** The case stays, since it tells where words begin. */
function withoutDiacritics(text: string): string {
  if (!BEYOND_ASCII.test(text)) return text;
  return text
    .normalize('NFKD')
    .replace(DIACRITICS, '')
    .normalize('NFC')
    .replace(UNDIVIDED_LETTERS, (letter) => PLAIN_LETTERS[letter] ?? letter);
}

function signName(_match: string, letter: string, sign: string): string {
  return sign === '#' ? `${letter}sharp` : `${letter}pp`;
}

/** The words of what has no sign within it: one, or those of a script without spaces. */
function wordsIn(text: string): readonly Word[] {
  return isUnspaced(text) ? unspacedWords(text) : [spacedWord(text)];
}

function spacedWord(text: string): Word {
  const word = text.slice(0, MAX_WORD_CHARACTERS).toWellFormed();
  const parts = word.split(CASE_OR_DIGIT);
  return { term: termOf(word), parts: parts.length > 1 ? parts.map(termOf) : [] };
}

function unspacedWords(text: string): Word[] {
  return (text.match(RUNS) ?? []).flatMap((run) => {
    if (!UNSPACED.test(run)) return [spacedWord(run)];
    return Array.from(segmenter.segment(run), ({ segment }) => ({ term: segment, parts: pairsOf(segment) }));
  });
}

/** Each two neighbours of a long word: it is found by them however the dictionary divides the question. */
function pairsOf(word: string): string[] {
  const characters = [...word];
  if (characters.length < 3) return [];
  return characters.slice(1).map((character, at) => `${characters[at]}${character}`);
}

function termOf(word: string): string {
  return stem(word.toLowerCase());
}
