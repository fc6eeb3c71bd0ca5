import { answerBytes, MAX_ANSWER_BYTES } from '#core/answer-size.ts';
import type { Page } from '#core/page.ts';

/** How a page is made of stored items. */
export type PageOptions<S, T> = {
  /** How many items the caller asked for. */
  readonly limit: number;
  /** What is answered of a stored item. */
  readonly present: (stored: S) => T;
  /**
   * What stands in the place of an item that fills an answer by itself: its id and a note.
   * @default - it is left out
   */
  readonly stub?: (item: T) => T;
  /** @default MAX_ANSWER_BYTES */
  readonly maxBytes?: number;
};

/**
 * Reads a page that fits into an answer. A page whose records are too large together is read anew with a smaller
 * limit; the caller gets fewer than asked for and a cursor for the rest. One that is too large by itself gives way to
 * its stub, so that every list can be passed to its end.
 */
export async function fitPage<S, T>(
  read: (limit: number) => Promise<Page<S>>,
  options: PageOptions<S, T>,
): Promise<Page<T>> {
  const { limit, present, stub, maxBytes = MAX_ANSWER_BYTES } = options;
  const { items, cursor } = await read(limit);
  const shown = items.map((stored) => {
    const item = present(stored);
    const bytes = bytesIn(item);
    return bytes <= maxBytes ? { items: [item], bytes } : stubOf(item, stub, maxBytes);
  });
  const fitting = countFitting(shown, maxBytes);
  if (fitting < shown.length) return fitPage(read, { ...options, limit: Math.max(1, fitting) });
  return { items: shown.flatMap((one) => one.items), cursor };
}

type Shown<T> = { readonly items: readonly T[]; readonly bytes: number };

function stubOf<T>(item: T, stub: ((item: T) => T) | undefined, maxBytes: number): Shown<T> {
  const small = stub?.(item);
  const bytes = small === undefined ? 0 : bytesIn(small);
  return small === undefined || bytes > maxBytes ? { items: [], bytes: 0 } : { items: [small], bytes };
}

/** With the comma behind it. */
function bytesIn(item: unknown): number {
  return answerBytes(item) + 1;
}

/** How many of the first items fit. The same records may come back longer, hence the loop in {@link fitPage}. */
function countFitting(shown: readonly Shown<unknown>[], maxBytes: number): number {
  let sum = 0;
  for (const [index, { bytes }] of shown.entries()) {
    sum += bytes;
    if (sum > maxBytes) return index;
  }
  return shown.length;
}
