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
  /**
   * The bytes of an item in an answer.
   * @default answerBytes
   */
  readonly bytes?: (item: T) => number;
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
  const { limit, present, stub, bytes: bytesOf = answerBytes, maxBytes = MAX_ANSWER_BYTES } = options;
  // With the comma behind it.
  const weigh = (item: T): Shown<T> => ({ items: [item], bytes: bytesOf(item) + 1 });
  const { items, cursor } = await read(limit);
  const shown = items.map((stored) => {
    const shown = weigh(present(stored));
    if (shown.bytes <= maxBytes) return shown;
    const [small] = shown.items.flatMap((item) => (stub ? [weigh(stub(item))] : []));
    return small !== undefined && small.bytes <= maxBytes ? small : { items: [], bytes: 0 };
  });
  const fitting = countFitting(shown, maxBytes);
  if (fitting < shown.length) return fitPage(read, { ...options, limit: Math.max(1, fitting) });
  return { items: shown.flatMap((one) => one.items), cursor };
}

type Shown<T> = { readonly items: readonly T[]; readonly bytes: number };

/** How many of the first items fit. The same records may come back longer, hence the loop in {@link fitPage}. */
function countFitting(shown: readonly Shown<unknown>[], maxBytes: number): number {
  let sum = 0;
  for (const [index, { bytes }] of shown.entries()) {
    sum += bytes;
    if (sum > maxBytes) return index;
  }
  return shown.length;
}
