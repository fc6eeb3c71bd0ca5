import { isFitTitle } from '../trends/incident-title.ts';

const MOST_TERMS = 5;
/** Fewer words say what it is about, not what is wrong with it. */
const TELLING_WORDS = 3;
/** So many of the most typical lines may be the title. */
const TRIED_LINES = 5;
const NO_TITLE = 'Tickets without text';

/**
 * What an issue is called as long as neither an operator nor the model named it: the most typical line that may be a
 * title, else its terms. Nothing that looks like an address, a link or a number of somebody gets in.
 *
 * @param lines of its examples, the most typical first
 */
export function fallbackTitle(lines: readonly string[], keywords: readonly string[]): string {
  const fit = lines
    .slice(0, TRIED_LINES)
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter(isFitTitle);
  const telling = fit.find((line) => line.split(' ').length >= TELLING_WORDS);
  const terms = keywords.slice(0, MOST_TERMS).join(', ');
  return telling ?? (isFitTitle(terms) ? terms : (fit[0] ?? NO_TITLE));
}
