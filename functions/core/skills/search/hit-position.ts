import { spread } from '#core/json/content-hash.ts';
import type { SearchHit } from './skill-index.ts';

/**
 * Where a page of hits ended: the score and the id behind which everything is still to come, and the fingerprints of what
 * was shown since. Scores move a little whenever the catalogue changes, so a score alone would show one skill twice and
 * another one never.
 */
export type HitPosition = {
  readonly after: SearchHit | undefined;
  readonly shown: readonly string[];
};

/** Hits that a position remembers one by one: some 1,200 characters of a cursor. */
const REMEMBERED = 200;
const DIGITS = 6;

/** The hits that come after a position, in their order. */
export function hitsAfter(
  hits: readonly SearchHit[],
  position: HitPosition | undefined,
): readonly SearchHit[] {
  if (position === undefined) return hits;
  const shown = new Set(position.shown);
  const { after } = position;
  return hits.filter(
    (hit) => (after === undefined || compareHits(hit, after) > 0) && !shown.has(fingerprint(hit.id)),
  );
}

/**
 * The position after a further page.
 *
 * @param hits every hit of the query, in order
 * @param page what the page took of them
 */
export function positionAfterPage(
  before: HitPosition | undefined,
  page: readonly SearchHit[],
  hits: readonly SearchHit[],
): HitPosition {
  const shown = [...(before?.shown ?? []), ...page.map(({ id }) => fingerprint(id))];
  if (shown.length <= REMEMBERED) return { after: before?.after, shown };
  const forgotten = new Set(shown.slice(0, -REMEMBERED));
  const last = hits.findLast(({ id }) => forgotten.has(fingerprint(id)));
  return { after: last ?? before?.after, shown: shown.slice(-REMEMBERED) };
}

/** The position as the words of a cursor. */
export function wordsOf({ after, shown }: HitPosition): readonly string[] {
  return [shown.join(''), ...(after ? [String(after.score), after.id] : [])];
}

/** The position in such words; undefined where they are none. */
export function positionIn(words: readonly string[]): HitPosition | undefined {
  const [text = '', score, id, ...rest] = words;
  if (text.length % DIGITS !== 0 || rest.length > 0 || (score === undefined) !== (id === undefined)) {
    return undefined;
  }
  const shown = text.match(/.{6}/g) ?? [];
  if (score === undefined || id === undefined) return { after: undefined, shown };
  return Number.isFinite(Number(score)) ? { after: { score: Number(score), id }, shown } : undefined;
}

/** The order of hits: the best first, equal ones by their ids. */
function compareHits(a: SearchHit, b: SearchHit): number {
  if (a.score !== b.score) return b.score - a.score;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

function fingerprint(id: string): string {
  return Math.floor(spread(id) * 36 ** DIGITS)
    .toString(36)
    .padStart(DIGITS, '0');
}
