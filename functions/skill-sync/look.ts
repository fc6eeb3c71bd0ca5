import { createHash, hash } from 'node:crypto';

/** Pages in a row that only repeat the one before, after which a listing that never ends is left. */
const MAX_REPEATED_PAGES = 20;
/** The same where every skill of the `total` has been seen: then nothing more is to be expected. */
const MAX_REPEATED_ONCE_COMPLETE = 2;
/** The part of a `total` that two looks which agree may leave open. More is taken for a fault of the marketplace. */
const MAX_SHORTFALL = 0.2;

/**
 * One pass through the listing. What it showed is kept as a running hash, so that two passes can be compared row for
 * row however long the listing is.
 */
export type Look = {
  /** The highest `total` so far; undefined before the first page. */
  readonly total: number | undefined;
  /** Hears of a page before its records are worked on: how many rows the listing has, by its word or by its place. */
  hear(rows: number): void;
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
export function createLook(fromPage: number): Look {
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
    hear(count) {
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
export function agree(before: string | undefined, look: Look, seen: number): boolean {
  const shown = look.shown();
  if (shown === undefined || shown !== before || look.total === undefined) return false;
  return seen > 0 && seen >= look.total * (1 - MAX_SHORTFALL);
}
