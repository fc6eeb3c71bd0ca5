/** Issues whose wordings are known beforehand, so that tickets about them get one statement in every language. */
import { plain } from './lexicon.ts';

/** An issue and how its tickets are worded; `{…}` in a wording stands for anything. */
export type KnownIssue = { readonly statement: string; readonly wordings: readonly string[] };

/** Finds the issue that a ticket is about. */
export type IssueFinder = (text: string) => string | undefined;

type Wording = { readonly statement: string; readonly words: ReadonlySet<string> };

const ENOUGH = 0.7;
const MIN_WORDS = 4;
const UNSPACED = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

/** Makes a finder: a ticket is about the issue of whose wording it has the most words, and 70 % at least. */
export function createIssueFinder(issues: readonly KnownIssue[]): IssueFinder {
  const wordings: Wording[] = issues.flatMap(({ statement, wordings: texts }) =>
    texts.map((text) => ({ statement, words: wordsOf(plain(text.replace(/\{\w+\}/g, ' '))) })),
  );
  if (wordings.length === 0) return () => undefined;
  return (text) => {
    const words = wordsOf(text);
    let best: { readonly statement: string; readonly share: number } | undefined;
    for (const wording of wordings) {
      const share = shareIn(wording.words, words);
      if (share >= ENOUGH && share > (best?.share ?? 0)) best = { statement: wording.statement, share };
    }
    return best?.statement;
  };
}

function shareIn(wanted: ReadonlySet<string>, words: ReadonlySet<string>): number {
  if (wanted.size < MIN_WORDS) return 0;
  let found = 0;
  for (const word of wanted) if (words.has(word)) found += 1;
  return found / wanted.size;
}

/** Words; of writing without spaces, pairs of letters. */
function wordsOf(text: string): Set<string> {
  const words = new Set<string>();
  for (const word of text.split(/[^\p{L}\p{N}]+/u)) {
    if (UNSPACED.test(word))
      for (let at = 0; at + 2 <= word.length; at += 1) words.add(word.slice(at, at + 2));
    else if (word !== '') words.add(word);
  }
  return words;
}
