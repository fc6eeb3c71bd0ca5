import { stem } from './english-stem.ts';

const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a an and are as at be been but by can could do does for from had has have how i if in into is it its me my ' +
    'not of on or our out please should so some than that the their them then there these they this to up us use ' +
    'using want was we what when where which who whom why will with would you your need'
  )
    .split(' ')
    .map(stem),
);

/** Whether a term, its ending taken off, is a word that only holds a sentence together. The commonest of English. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}
