import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Position } from '#adapters/dynamodb/table/cursor.ts';
import { fillPage, type ListSource } from '#adapters/dynamodb/table/fill-page.ts';
import { readAllPages } from '#test/contracts/pages.ts';

/** A list of numbers of which some are hits, read in chunks of a given size. */
function numbers(hits: readonly boolean[], chunkSize: number): ListSource<number> & { reads: number } {
  const source = {
    list: 'numbers',
    filter: {},
    reads: 0,
    async read(after: Position | undefined, want: number) {
      source.reads += 1;
      const start = after === undefined ? 0 : Number(after[0]) + 1;
      const chunk = hits.slice(start, start + chunkSize);
      const found = chunk.flatMap((isHit, n) =>
        isHit ? [{ item: start + n, position: [String(start + n)] }] : [],
      );
      const last = start + chunk.length - 1;
      return { hits: found.slice(0, want), next: last < hits.length - 1 ? [String(last)] : undefined };
    },
  };
  return source;
}

describe('fillPage', () => {
  it('gives every hit once, in order, for any page size, chunk size and bound on reads', async () => {
    const sizes = fc.integer({ min: 1, max: 7 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 40 }),
        sizes,
        sizes,
        sizes,
        async (hits, limit, chunk, reads) => {
          // A chunk that is cut would have to say where: sources read no more than is wanted, or cut themselves.
          const source = numbers(hits, Math.min(chunk, limit + 1));
          const items = await readAllPages((cursor) => fillPage(source, limit, cursor, reads), limit);
          expect(items).toEqual(hits.flatMap((isHit, n) => (isHit ? [n] : [])));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('gives nothing with a cursor when it has read enough and found nothing', async () => {
    const source = numbers([...Array.from({ length: 50 }, () => false), true], 5);
    const first = await fillPage(source, 3, undefined, 4);
    expect(first.items).toEqual([]);
    expect(source.reads).toBe(4);
    expect(await fillPage(source, 3, first.cursor, 40)).toEqual({ items: [50], cursor: undefined });
  });

  it('gives no cursor with the last page, even when it is full', async () => {
    expect((await fillPage(numbers([true, true, true], 9), 3, undefined, 9)).cursor).toBeUndefined();
  });
});
