import { createHash, hash } from 'node:crypto';

/** Pages in a row that only repeat the one before, after which a listing that never ends is left. */
const MAX_REPEATED_PAGES = 20;
/** The same where every skill of the `total` has been seen: then nothing more is to be expected. */
const MAX_REPEATED_ONCE_COMPLETE = 2;
/** The part of a `total` that two passes which agree may leave open. More is taken for a fault of the marketplace. */
const MAX_SHORTFALL = 0.2;

/**
 * One pass through the listing. What it showed is kept as a running hash, so that two passes can be compared row for
 * row however long the listing is.
 */
export type ListingPass = {
  /** The highest `total` so far; undefined before the first page. */
  readonly total: number | undefined;
  /** Takes a page's word, before its records are applied, for how many rows the listing has. */
  noteTotal(rows: number): void;
  /** A page and all before it are done. */
  pageDone(ids: readonly string[]): void;
  /** Whether the listing only repeats itself. */
  isEndless(seen: number): boolean;
  /**
   * What it showed, row for row. Undefined where it proves nothing: it did not begin with the first page, a page came
   * twice, or one without rows came before others.
   */
  shown(): string | undefined;
};

/** Begins a pass at this page. */
export function createListingPass(fromPage: number): ListingPass {
  const rows = createHash('sha256');
  const pages = new Set<string>();
  let total: number | undefined;
  let last = '';
  let repeated = 0;
  let isBroken = fromPage > 1;
  let wasEmpty = false;
  return {
    get total() {
      return total;
    },
    noteTotal(count) {
      total = Math.max(total ?? 0, count);
    },
    pageDone(ids) {
      const json = JSON.stringify(ids);
      const page = hash('sha256', json, 'base64url').slice(0, 11);
      // One row alone may well be there twice: that says nothing about its page.
      isBroken ||= ids.length > 0 && (wasEmpty || (ids.length > 1 && pages.has(page)));
      wasEmpty ||= ids.length === 0;
      repeated = page === last ? repeated + 1 : 0;
      last = page;
      pages.add(page);
      rows.update(json);
    },
    isEndless(seen) {
      const isComplete = total !== undefined && seen >= total;
      return repeated >= (isComplete ? MAX_REPEATED_ONCE_COMPLETE : MAX_REPEATED_PAGES);
    },
    shown: () => (isBroken ? undefined : rows.copy().digest('base64url')),
  };
}

/**
 * Whether two passes after each other prove that a listing is complete although its `total` says more: both showed the
 * same rows, and nearly all that it counts. Such a `total` counts a skill twice, or one that it does not list.
 */
export function agree(before: string | undefined, pass: ListingPass, seen: number): boolean {
  const shown = pass.shown();
  if (shown === undefined || shown !== before || pass.total === undefined) return false;
  return seen > 0 && seen >= pass.total * (1 - MAX_SHORTFALL);
}
