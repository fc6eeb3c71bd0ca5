import type { EvidenceTicket } from './burst-alert.ts';
import { type Centroid, cosineTo } from './text-vector.ts';

const MOST_CHARS = 100;
const FEWEST_CHARS = 8;
/** What must not be a title: addresses, links, numbers of people, what was redacted. */
const UNFIT = /@|https?:|www\.|\[[A-Z]+_\d+\]|\d{5,}|[<>{}]/;
const TELLING_WORDS = 4;
const NO_TERMS = 'More tickets than usual';

/**
 * The title of an incident: the stored title of the issue that leads it, else the text that says best what its tickets
 * say, else their terms. A user's text is taken only if it holds nothing that a title must not.
 *
 * @param stored the title of the leading issue, where it has one
 */
export function incidentTitle(
  stored: string | undefined,
  tickets: readonly EvidenceTicket[],
  { terms, centroid }: { readonly terms: readonly string[]; readonly centroid: Centroid },
): string {
  if (stored !== undefined && stored.trim() !== '') return cut(stored);
  const representative = tickets
    .map(({ text, vector }) => ({ text: text.replace(/\s+/g, ' ').trim(), vector }))
    .filter(({ text }) => isFitTitle(text))
    .map(({ text, vector }) => ({
      text,
      score: (cosineTo(centroid, vector) + named(text, terms)) * tellingShare(text),
    }))
    .reduce<{ readonly text: string; readonly score: number } | undefined>(
      (best, next) => (best === undefined || next.score > best.score ? next : best),
      undefined,
    );
  if (representative !== undefined && representative.score > 0) return representative.text;
  return terms.length > 0 ? cut(terms.slice(0, 5).join(', ')) : NO_TERMS;
}

/** Whether a line of a user may be a title: it is neither very short nor long, and holds nothing that a title must not. */
export function isFitTitle(line: string): boolean {
  return line.length >= FEWEST_CHARS && line.length <= MOST_CHARS && !UNFIT.test(line);
}

/** How much of the first terms a text has. */
function named(text: string, terms: readonly string[]): number {
  const words = text.toLowerCase();
  const first = terms.slice(0, 3);
  return first.filter((term) => words.includes(term)).length / Math.max(1, first.length);
}

/** One word says what it is about, not what is wrong with it. */
function tellingShare(text: string): number {
  return Math.min(TELLING_WORDS, text.split(' ').length) / TELLING_WORDS;
}

function cut(text: string): string {
  const clean = text.replace(/\s+/g, ' ').trim();
  return clean.length <= MOST_CHARS ? clean : `${clean.slice(0, MOST_CHARS - 1)}…`;
}
