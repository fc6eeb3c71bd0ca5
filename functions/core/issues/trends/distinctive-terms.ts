/** In how many of a number of texts each word is. */
export type WordStatistics = { readonly texts: number; readonly inTexts: ReadonlyMap<string, number> };

const WORD = /[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'’]+/gu;
/** A word must be this much more frequent than usual. */
const LEAST_LIFT = 3;
/** … and be in this share of the texts. */
const LEAST_SHARE = 0.1;
const MOST_WORD_CHARS = 30;
const MOST_TEXT_CHARS = 2_000;

/** The words of texts, counted once a text. */
export function wordStatistics(texts: Iterable<string>): WordStatistics {
  const inTexts = new Map<string, number>();
  let count = 0;
  for (const text of texts) {
    count++;
    for (const word of wordsOf(text)) inTexts.set(word, (inTexts.get(word) ?? 0) + 1);
  }
  return { texts: count, inTexts };
}

/**
 * The words that mark texts out from what is usual, the most telling first: those that many of them have and few
 * others. Needs no list of stop words, in any language, as these are as frequent here as everywhere.
 */
export function distinctiveTerms(texts: readonly string[], usual: WordStatistics, most = 10): string[] {
  const here = wordStatistics(texts);
  const least = Math.max(Math.min(2, here.texts), Math.ceil(LEAST_SHARE * here.texts));
  return [...here.inTexts]
    .map(([word, count]) => ({ word, count, lift: liftOf(count / here.texts, word, usual) }))
    .filter(({ count, lift }) => count >= least && lift >= LEAST_LIFT)
    .map(({ word, count, lift }) => ({ word, score: count * Math.log(lift) }))
    .sort((a, b) => b.score - a.score || (a.word < b.word ? -1 : 1))
    .slice(0, most)
    .map(({ word }) => word);
}

function liftOf(share: number, word: string, { texts, inTexts }: WordStatistics): number {
  return share / (((inTexts.get(word) ?? 0) + 0.5) / (texts + 1));
}

function wordsOf(text: string): Set<string> {
  const words = text.slice(0, MOST_TEXT_CHARS).toLowerCase().match(WORD) ?? [];
  return new Set(words.filter((word) => word.length <= MOST_WORD_CHARS && !/^\p{N}+$/u.test(word)));
}
