import { decodeCursor, encodeCursor, invalid, type Position } from '#adapters/dynamodb/table/cursor.ts';
import type { SearchHit } from '#core/skills/search/skill-index.ts';
import type { SearchPage, SearchRequest } from '#core/skills/search/skill-search.ts';

/** The name that cursors of searches are sealed with. */
const SEARCH = 'search';
/** How many of the last hits given a cursor remembers: all that most callers ever read. */
const REMEMBERED = 256;
/** Characters of a mark, which has 40 bits: one of 5,000 hits is taken for a remembered one once in a million pages. */
const MARK_LENGTH = 8;

/** What a cursor holds: how many hits were given, and the marks of the last of them in the order of the pages. */
type Given = { readonly count: number; readonly marks: readonly string[] };

/**
 * The next page of what a search finds now.
 *
 * Scores change with the index: a skill that comes or goes moves all others a little. So a cursor holds no score but
 * marks of the hits given. While it has them all, no hit is given twice, and none is left out that was there all the
 * time, whatever happens between the pages. Behind the first 256 hits a page begins where the remembered ones stand now
 * (their median, which no few that moved can shift), and leaves those out.
 *
 * @param hits every hit, best first
 * @throws InvalidCursorError for a cursor of another query or filter
 */
export function pageOfHits(
  hits: readonly SearchHit[],
  { query, filter, limit, cursor }: SearchRequest,
): SearchPage {
  const sealed = { query, category: filter.category, tag: filter.tag };
  const given = cursor === undefined ? NOTHING : readPosition(decodeCursor(SEARCH, sealed, cursor));
  const next = hitsAfter(hits, given);
  const page = next.slice(0, limit);
  if (next.length <= limit || isEndless(hits, given)) return { hits: page, cursor: undefined };
  const marks = [...given.marks, ...page.map(({ id }) => markOf(id))].slice(-REMEMBERED);
  const position = [String(given.count + page.length), marks.join('')];
  return { hits: page, cursor: encodeCursor(SEARCH, sealed, position) };
}

const NOTHING: Given = { count: 0, marks: [] };

function hitsAfter(hits: readonly SearchHit[], { count, marks }: Given): readonly SearchHit[] {
  if (count === 0) return hits;
  const remembered = new Set(marks);
  const ranks: number[] = [];
  const others: number[] = [];
  for (const [rank, { id }] of hits.entries()) (remembered.has(markOf(id)) ? ranks : others).push(rank);
  const from = count > REMEMBERED ? (ranks[Math.floor(ranks.length / 2)] ?? count) : 0;
  return others.filter((rank) => rank >= from).flatMap((rank) => hits[rank] ?? []);
}

/** More hits given than there can have been, unless the index changes faster than it is read: no list goes on for ever. */
function isEndless(hits: readonly SearchHit[], { count }: Given): boolean {
  return count > 2 * hits.length + REMEMBERED;
}

/** A short name of an id, by two multiplicative hashes: all hits of a search are marked, which SHA-256 would take ms for. */
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

function readPosition([count = '', marks = '', ...rest]: Position): Given {
  if (!/^[1-9]\d{0,8}$/.test(count) || !/^([\da-z]{8})+$/.test(marks) || rest.length > 0) throw invalid();
  const every = marks.match(/.{8}/g) ?? [];
  return { count: Number(count), marks: every };
}
