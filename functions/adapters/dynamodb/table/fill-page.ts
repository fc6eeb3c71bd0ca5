import { MAX_PAGE_CHARACTERS } from '#core/answer-size.ts';
import type { Page } from '#core/page.ts';
import { decodeCursor, encodeCursor, type Position } from './cursor.ts';

/** An item with the position right after it. */
export type Hit<T> = { readonly item: T; readonly position: Position };

/**
 * What one read of a list gave; `next` is where the next read starts, undefined at the end. Hits may be made as they
 * are asked for: what comes after the page is full is never unpacked.
 */
export type Chunk<T> = { readonly hits: Iterable<Hit<T>>; readonly next: Position | undefined };

/** A list that is read in chunks. `want` is how many hits are still of use: more are thrown away. */
export type ListSource<T> = {
  readonly list: string;
  readonly filter: object;
  read(after: Position | undefined, want: number): Promise<Chunk<T>>;
};

/**
 * Reads a list until `limit` items are found or it ends.
 *
 * One item more than asked for is looked for, so that a last page has no cursor. A page whose items come to
 * {@link MAX_PAGE_CHARACTERS} ends with the one that did. After `maxReads` reads it
 * gives back what it has, be it nothing, with a cursor to go on from: a rare word costs several calls
 * rather than one that never ends.
 *
 * @throws InvalidCursorError
 */
export async function fillPage<T>(
  source: ListSource<T>,
  limit: number,
  cursor: string | undefined,
  maxReads: number,
): Promise<Page<T>> {
  const { list, filter } = source;
  let position = cursor === undefined ? undefined : decodeCursor(list, filter, cursor);
  const found: Hit<T>[] = [];
  const page = (hits: readonly Hit<T>[], after: Position | undefined): Page<T> => ({
    items: hits.map(({ item }) => item),
    cursor: after && encodeCursor(list, filter, after),
  });
  let characters = 0;
  for (let reads = 0; reads < maxReads; reads += 1) {
    const chunk = await source.read(position, limit + 1 - found.length);
    for (const hit of chunk.hits) {
      if (found.length === limit) return page(found, found.at(-1)?.position);
      found.push(hit);
      characters += JSON.stringify(hit.item)?.length ?? 0;
      if (characters > MAX_PAGE_CHARACTERS) return page(found, hit.position);
    }
    if (chunk.next === undefined) return page(found, undefined);
    position = chunk.next;
  }
  return page(found, position);
}
