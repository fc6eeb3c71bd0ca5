const ENGLISH = /^[a-z]{4,}$/;
const VOWEL = /[aeiouy]/;
const DOUBLED = /([bdgmnprt])\1$/;

/**
 * Takes the commonest endings off an English word, so that `retries` finds `retry` and `scheduling` `schedule`:
 * plurals, -ing, -ed and a last e. Text that is no English word, or short, stays as it is.
 */
export function stem(word: string): string {
  if (!ENGLISH.test(word)) return word;
  return withoutVerbEnding(singular(word));
}

function singular(word: string): string {
  if (!word.endsWith('s') || /(ss|us|is)$/.test(word)) return word;
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  return /(ch|sh|x|ss|zz)es$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}

function withoutVerbEnding(word: string): string {
  const ending = /(ing|ed)$/.exec(word)?.[0];
  if (ending === undefined) return word.length > 4 && word.endsWith('e') ? word.slice(0, -1) : word;
  const rest = word.slice(0, -ending.length);
  if (rest.length < 3 || !VOWEL.test(rest)) return word;
  if (DOUBLED.test(rest)) return rest.slice(0, -1);
  return rest.length > 4 && rest.endsWith('e') ? rest.slice(0, -1) : rest;
}
