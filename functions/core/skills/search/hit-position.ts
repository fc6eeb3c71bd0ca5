import type { SearchHit } from './skill-index.ts';

/**
 * Where a page of hits ended: how many hits the pages passed, and the marks of the last of them, in the order of the pages.
 *
 * Scores move with the index: a skill that comes or goes moves all others a little. So no score is kept. While every hit
 * that was passed is remembered, none is passed twice, and none is left out that was there all the time, whatever happens
 * between the pages. Behind that a page begins where the remembered ones are now: at their median, which a few that moved
 * can't shift.
 */
export type HitPosition = { readonly count: number; readonly marks: readonly string[] };

/** How many hits a position remembers: more than most callers ever read, in a cursor of less than 3,000 characters. */
const REMEMBERED = 256;
/** Characters of a mark, which has 40 bits: one of 5,000 hits is taken for a remembered one once in a million pages. */
const MARK_LENGTH = 8;

/** The hits that come after a position, in their order. */
export function hitsAfter(
  hits: readonly SearchHit[],
  position: HitPosition | undefined,
): readonly SearchHit[] {
  if (position === undefined) return hits;
  const { count, marks } = position;
  if (isEndless(hits, count)) return [];
  const remembered = new Set(marks);
  const ranks: number[] = [];
  const others: number[] = [];
  for (const [rank, { id }] of hits.entries()) (remembered.has(markOf(id)) ? ranks : others).push(rank);
  const from = count > REMEMBERED ? (ranks[Math.floor(ranks.length / 2)] ?? count) : 0;
  return others.filter((rank) => rank >= from).flatMap((rank) => hits[rank] ?? []);
}

/** The position after a further page, which passed these hits. */
export function positionAfterPage(before: HitPosition | undefined, page: readonly SearchHit[]): HitPosition {
  const { count, marks } = before ?? { count: 0, marks: [] };
  const own = page.map(({ id }) => markOf(id));
  return { count: count + page.length, marks: [...marks, ...own].slice(-REMEMBERED) };
}

/** The position as the words of a cursor. */
export function wordsOf({ count, marks }: HitPosition): readonly string[] {
  return [String(count), marks.join('')];
}

/** The position in such words; undefined where they are none. */
export function positionIn([count = '', marks = '', ...rest]: readonly string[]): HitPosition | undefined {
  if (!/^[1-9]\d{0,8}$/.test(count) || !/^([\da-z]{8})+$/.test(marks) || rest.length > 0) return undefined;
  return { count: Number(count), marks: marks.match(/.{8}/g) ?? [] };
}

/** More hits passed than there can have been, unless the index changes faster than it is read: no list goes on for ever. */
function isEndless(hits: readonly SearchHit[], count: number): boolean {
  return count > 2 * hits.length + REMEMBERED;
}

/** A short name of an id, by two multiplicative hashes: every hit of a search is marked, for which SHA-256 would take ms. */
function markOf(id: string): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < id.length; at += 1) {
    const code = id.charCodeAt(at);
    a = Math.imul(a ^ code, 2_654_435_761);
    b = Math.imul(b ^ code, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  const bits = (b & 0xff) * 2 ** 32 + (a >>> 0);
  return bits.toString(36).padStart(MARK_LENGTH, '0');
}
