import { stemOf, wordsOf } from '../vectors/text-words.ts';

const LEAST_CHARS = 3;
const ONLY_DIGITS = /^[\p{N}']+$/u;

/** In how many texts each term is, and how it is written most often. A term is a stem or two that follow each other. */
export type TermCounts = {
  readonly texts: number;
  readonly counts: ReadonlyMap<string, number>;
  /** By term, how often each form occurs. */
  readonly forms: ReadonlyMap<string, ReadonlyMap<string, number>>;
};

/** The stem of a word; empty: a stop word. */
export type Stems = (word: string) => string;

/** Stems that are remembered: a stemmer takes longer than all else of the counting, and most words come often. */
export function createStems(): Stems {
  const known = new Map<string, string>();
  return (word) => {
    const stem = known.get(word) ?? stemOf(word);
    known.set(word, stem);
    return stem;
  };
}

/** Counts the terms of texts. Stop words, numbers and words of one or two letters are none. */
export function countTerms(texts: Iterable<string>, stems: Stems = stemOf): TermCounts {
  const counts = new Map<string, number>();
  const forms = new Map<string, Map<string, number>>();
  let number = 0;
  for (const text of texts) {
    number += 1;
    for (const [term, form] of termsOf(text, stems)) {
      counts.set(term, (counts.get(term) ?? 0) + 1);
      const written = forms.get(term) ?? new Map<string, number>();
      forms.set(term, written.set(form, (written.get(form) ?? 0) + 1));
    }
  }
  return { texts: number, counts, forms };
}

/** The terms of one text, each once, with the form in which it comes first. */
function termsOf(text: string, stems: Stems): Map<string, string> {
  const terms = new Map<string, string>();
  let before: { readonly stem: string; readonly word: string } | undefined;
  for (const word of wordsOf(text)) {
    const stem = stems(word);
    if (stem === '' || word.length < LEAST_CHARS || ONLY_DIGITS.test(word)) {
      before = undefined;
      continue;
    }
    if (!terms.has(stem)) terms.set(stem, word);
    const pair = before === undefined ? undefined : `${before.stem} ${stem}`;
    if (pair !== undefined && !terms.has(pair)) terms.set(pair, `${before?.word} ${word}`);
    before = { stem, word };
  }
  return terms;
}
