import { AtomSyncError, askedToWaitMs, OutOfTimeError, RateLimitedError } from '../core/errors.ts';
import type { Marketplace, SkillPage } from '../core/ports.ts';

/** A page, or the failure to get it after all retries. */
export type PageResult =
  | { readonly page: number; readonly got: SkillPage }
  | { readonly page: number; readonly error: AtomSyncError };

/** Records that are fetched ahead of the one being worked on; bounds memory whatever the page size. */
const RECORDS_AHEAD = 1_000;
/** Pages asked for ahead. How many of them are under way at once is left to the limiter. */
const MAX_PAGES_AHEAD = 8;

export type ListPagesOptions = {
  readonly fromPage: number;
  readonly pageSize: number;
  readonly signal: AbortSignal;
  /** True once the listing only repeats itself: told by who looks at the records. */
  readonly isEndless: () => boolean;
};

/**
 * Gives the pages of the listing in order, fetching ahead. How many there are is taken anew from every page,
 * since the catalogue may grow or shrink meanwhile; the listing ends after the last one, at an empty page, or
 * when it only repeats itself.
 *
 * A page that can't be had is given as an error, and the pages behind it still come: one bad page must not
 * let the others grow old. Errors that concern every page (no token, no time, a long rest) are thrown.
 */
export async function* listPages(
  marketplace: Marketplace,
  options: ListPagesOptions,
): AsyncGenerator<PageResult> {
  const { fromPage, pageSize } = options;
  const ahead = Math.max(2, Math.min(MAX_PAGES_AHEAD, Math.floor(RECORDS_AHEAD / pageSize)));
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const underWay = new Map<number, Promise<PageResult>>();
  let lastPage = fromPage;
  try {
    for (let page = fromPage; page <= lastPage; page += 1) {
      for (let next = page; next <= Math.min(lastPage, page + ahead - 1); next += 1) {
        if (underWay.has(next)) continue;
        const fetched = fetchPage(marketplace, next, pageSize, signal);
        // It is looked at when its turn comes; until then its failure is nobody's unhandled rejection.
        fetched.catch(() => undefined);
        underWay.set(next, fetched);
      }
      const result = await underWay.get(page);
      underWay.delete(page);
      if (!result) return;
      if ('got' in result) lastPage = lastPageOf(result.got, lastPage);
      yield result;
      if ('got' in result && result.got.records.length === 0) return;
      if (options.isEndless()) return;
    }
  } finally {
    stop.abort(new OutOfTimeError('The listing was left.'));
    await Promise.allSettled(underWay.values());
  }
}

/** The last page as far as this one tells. A `total` that the page itself disproves ends nothing: a page that is not full does. */
function lastPageOf(got: SkillPage, soFar: number): number {
  const { total, totalPages, pageSize, page, records } = got;
  const told = Math.max(totalPages, Math.ceil(total / Math.max(1, pageSize)), page);
  if (rowsThrough(got) <= total) return told;
  return Math.max(told, soFar, records.length >= pageSize ? page + 1 : page);
}

/** How many rows a listing has at least that has this page. */
export function rowsThrough({ page, pageSize, records }: SkillPage): number {
  return records.length === 0 ? 0 : (page - 1) * pageSize + records.length;
}

async function fetchPage(
  marketplace: Marketplace,
  page: number,
  pageSize: number,
  signal: AbortSignal,
): Promise<PageResult> {
  try {
    return { page, got: await marketplace.listSkills(page, pageSize, signal) };
  } catch (error) {
    if (concernsThisPageOnly(error)) return { page, error };
    throw error;
  }
}

/** A page that has the marketplace ask for more rest than this is no bad page: it is about all of them. */
const MAX_REST_MS = 30_000;

function concernsThisPageOnly(error: unknown): error is AtomSyncError {
  return (
    error instanceof AtomSyncError &&
    error.retryable &&
    !(error instanceof OutOfTimeError) &&
    !(error instanceof RateLimitedError) &&
    (askedToWaitMs(error) ?? 0) <= MAX_REST_MS
  );
}
