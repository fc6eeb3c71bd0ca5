import type { Page } from '#core/ports.ts';

/**
 * Lambda answers 6 MB at most, and wraps the body in JSON once more, which can double it: every quote and
 * backslash is escaped again.
 */
export const MAX_ANSWER_BYTES = 2_900_000;

/**
 * Reads a page that fits into an answer. A page whose records are too large together is read anew with a
 * smaller limit; the caller gets fewer than asked for and a cursor for the rest.
 */
export async function fitPage<T>(
  read: (limit: number) => Promise<Page<T>>,
  limit: number,
  maxBytes: number = MAX_ANSWER_BYTES,
): Promise<Page<T>> {
  const page = await read(limit);
  if (page.items.length <= 1) return page;
  const fitting = countFitting(page.items, maxBytes);
  return fitting === page.items.length ? page : fitPage(read, Math.max(1, fitting), maxBytes);
}

/** How many of the first items fit. The same records may come back longer, hence the loop in {@link fitPage}. */
function countFitting(items: readonly unknown[], maxBytes: number): number {
  let bytes = 0;
  for (const [index, item] of items.entries()) {
    bytes += Buffer.byteLength(JSON.stringify(item) ?? '') + 1;
    if (bytes > maxBytes) return index;
  }
  return items.length;
}
