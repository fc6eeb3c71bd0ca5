import { describe, expect, it } from 'vitest';
import { answerBytes } from '#core/answer-size.ts';
import type { Page } from '#core/page.ts';
import { fitPage, type PageOptions } from '#functions/admin-api/http/fit-page.ts';

type Item = { readonly id: number; readonly text: string };

/** A list of items of these sizes; a cursor is where it goes on. */
function listOf(sizes: readonly number[]) {
  const limits: number[] = [];
  const read = async (from: number, limit: number): Promise<Page<number>> => {
    limits.push(limit);
    const items = sizes.slice(from, from + limit).map((_size, n) => from + n);
    const next = from + limit;
    return { items, cursor: next < sizes.length ? String(next) : undefined };
  };
  const present = (id: number): Item => ({ id, text: '"'.repeat(sizes[id] ?? 0) });
  return { limits, read, present };
}

/** Every page of a list from its beginning to its end. */
async function allPages(
  sizes: readonly number[],
  limit: number,
  options: Omit<PageOptions<number, Item>, 'limit' | 'present'>,
) {
  const { read, present } = listOf(sizes);
  const pages: (readonly Item[])[] = [];
  let cursor: string | undefined = '0';
  while (cursor !== undefined) {
    const from = Number(cursor);
    const page: Page<Item> = await fitPage((size) => read(from, size), { limit, present, ...options });
    pages.push(page.items);
    cursor = page.cursor;
  }
  return pages;
}

const stub = ({ id }: Item): Item => ({ id, text: 'stub' });

describe('Function: fitPage', () => {
  it('reads a page once where it fits', async () => {
    const { limits, read, present } = listOf([1, 2, 3]);
    const page = await fitPage((size) => read(0, size), { limit: 2, present });
    expect(page).toEqual({ items: [0, 1].map(present), cursor: '2' });
    expect(limits).toEqual([2]);
  });

  it('gives every item once, in order, and no page that is too large', async () => {
    const sizes = Array.from({ length: 60 }, (_, n) => (n * 37) % 100);
    const pages = await allPages(sizes, 20, { stub, maxBytes: 1_000 });

    expect(pages.flat().map(({ id }) => id)).toEqual(sizes.map((_, id) => id));
    for (const page of pages) expect(answerBytes(page)).toBeLessThanOrEqual(1_002);
    expect(pages.length).toBeGreaterThan(6);
  });

  it.each([0, 1, 5])(
    'passes an item that is too large by itself, at place %d, by its stub',
    async (place) => {
      const sizes = Array.from({ length: 6 }, (_, n) => (n === place ? 5_000 : 10));
      const pages = await allPages(sizes, 3, { stub, maxBytes: 1_000 });

      expect(pages.flat().map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5]);
      expect(pages.flat()[place]).toEqual({ id: place, text: 'stub' });
    },
  );

  it('leaves out what has no stub, or whose stub is too large as well', async () => {
    for (const options of [{}, { stub: (item: Item) => item }]) {
      const pages = await allPages([5_000, 10, 5_000], 1, { ...options, maxBytes: 1_000 });
      expect(pages.map((page) => page.map(({ id }) => id))).toEqual([[], [1], []]);
    }
  });

  it('passes a list of nothing else', async () => {
    const pages = await allPages([5_000, 5_000, 5_000], 200, { stub, maxBytes: 1_000 });
    expect(pages.flat()).toEqual([0, 1, 2].map((id) => ({ id, text: 'stub' })));
  });
});
