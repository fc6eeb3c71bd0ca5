import {
  AtomSyncError,
  askedToWaitMs,
  MarketplaceRefusedError,
  OutOfTimeError,
  RateLimitedError,
  SecretUnavailableError,
} from '#core/errors.ts';
import type { Marketplace, SkillPage } from '#core/marketplace/marketplace.ts';

/** A page, or the failure to get it after all retries. */
export type PageResult =
  | {
      readonly page: number;
      readonly got: SkillPage;
      /** How many rows a listing has at least that has this page. */
      readonly rowsThrough: number;
    }
  | { readonly page: number; readonly error: AtomSyncError };

/** What came of a request for a page; a refusal concerns every page, or only says that there is no such page. */
type Fetched =
  | { readonly got: SkillPage }
  | { readonly error: AtomSyncError }
  | { readonly refusal: MarketplaceRefusedError };

/** Records that are fetched ahead of the one being worked on; bounds memory whatever the page size. */
const RECORDS_AHEAD = 1_000;
/** Pages asked for ahead. How many of them are under way at once is left to the limiter. */
const MAX_PAGES_AHEAD = 8;
/** Pages in a row without rows after which the listing has ended, whatever it says. One alone may be a fault. */
const MAX_EMPTY_PAGES = 2;

export type ListPagesOptions = {
  readonly fromPage: number;
  readonly pageSize: number;
  readonly signal: AbortSignal;
  /** True once the listing only repeats itself, as its records show. */
  readonly isEndless: () => boolean;
};

/**
 * Gives the pages of the listing in order, fetching ahead. How many there are is taken anew from every page,
 * since the catalogue may grow or shrink meanwhile; the listing ends after the last one, where pages have no rows, or
 * when it only repeats itself.
 *
 * How large a page is, its rows say: a server may give fewer than it was asked for and keep silent about it.
 *
 * A page that can't be had is given as an error, and the pages behind it still come: one bad page must not
 * let the others grow old. Errors that concern every page (no token, no time, a long rest) are thrown.
 */
export async function* listPages(
  marketplace: Pick<Marketplace, 'listSkills'>,
  options: ListPagesOptions,
): AsyncGenerator<PageResult> {
  const { fromPage, pageSize } = options;
  const extent = createExtent(fromPage);
  const pages = new PageFetcher(marketplace, pageSize, options.signal);
  try {
    for (let page = fromPage; page <= extent.lastPage; page += 1) {
      const furthest = page + pagesAhead(extent.fullestPage || pageSize) - 1;
      pages.fetchThrough(page, Math.min(extent.lastPage, furthest));
      const result = await pages.take(page);
      if ('refusal' in result) {
        if (extent.isPromised(page)) throw result.refusal;
        return;
      }
      yield 'error' in result
        ? { page, ...result }
        : { page, ...result, rowsThrough: extent.learn(result.got) };
      if (extent.hasEnded() || options.isEndless()) return;
    }
  } finally {
    await pages.leave();
  }
}

/** Fetches pages ahead of the one that is taken next. */
class PageFetcher {
  readonly #marketplace: Pick<Marketplace, 'listSkills'>;
  readonly #pageSize: number;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #underWay = new Map<number, Promise<Fetched>>();

  constructor(marketplace: Pick<Marketplace, 'listSkills'>, pageSize: number, signal: AbortSignal) {
    this.#marketplace = marketplace;
    this.#pageSize = pageSize;
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  /** Asks for the pages from one to another, but for those that are asked for already. */
  fetchThrough(firstPage: number, lastPage: number): void {
    for (let page = firstPage; page <= lastPage; page += 1) {
      if (!this.#underWay.has(page)) this.#underWay.set(page, this.#begin(page));
    }
  }

  /** A page that was asked for, once it is there. */
  async take(page: number): Promise<Fetched> {
    const fetched = this.#underWay.get(page) ?? this.#begin(page);
    // Kept until it has ended: whoever leaves meanwhile waits for it too.
    const result = await fetched;
    this.#underWay.delete(page);
    return result;
  }

  /** Gives up what is still under way, and waits until it has ended. */
  async leave(): Promise<void> {
    this.#stop.abort(new OutOfTimeError('The listing was left.'));
    await Promise.allSettled(this.#underWay.values());
  }

  #begin(page: number): Promise<Fetched> {
    const fetched = fetchPage(this.#marketplace, page, this.#pageSize, this.#signal);
    // It is awaited when its turn comes; until then its failure is nobody's unhandled rejection.
    fetched.catch(() => undefined);
    return fetched;
  }
}

function pagesAhead(rowsAPage: number): number {
  return Math.max(2, Math.min(MAX_PAGES_AHEAD, Math.floor(RECORDS_AHEAD / rowsAPage)));
}

/** How far the listing goes, as far as its pages have told. */
function createExtent(fromPage: number) {
  let lastPage = fromPage;
  let promised = fromPage;
  let fullestPage = 0;
  /** Rows of a full page: never more than the server says, so that a page which repeats records counts as one. */
  let rowsAPage = 0;
  let emptyPages = 0;
  return {
    get lastPage() {
      return lastPage;
    },
    get fullestPage() {
      return fullestPage;
    },
    /** Whether the server itself says that there is such a page. */
    isPromised: (page: number) => page <= promised,
    hasEnded: () => emptyPages >= MAX_EMPTY_PAGES,
    /** Takes a page into account. @returns how many rows the listing has at least */
    learn({ page, pageSize, records, total, totalPages }: SkillPage): number {
      emptyPages = records.length === 0 ? emptyPages + 1 : 0;
      fullestPage = Math.max(fullestPage, records.length);
      rowsAPage = Math.max(rowsAPage, Math.min(records.length, Math.max(1, pageSize)));
      promised = Math.max(promised, totalPages, Math.ceil(total / Math.max(1, pageSize)));
      const told = Math.max(totalPages, Math.ceil(total / (rowsAPage || Math.max(1, pageSize))), page);
      const rowsBefore = records.length === 0 ? 0 : (page - 1) * rowsAPage;
      const rowsThrough = Math.max(records.length, rowsBefore + Math.min(records.length, rowsAPage));
      // A `total` that the page itself disproves ends nothing: a page that is not full does.
      const isDisproved = rowsThrough > total;
      const further = records.length >= rowsAPage ? page + 1 : page;
      lastPage = isDisproved ? Math.max(told, lastPage, further) : told;
      // All at once, by a server that knows no pages: whatever it makes of a second one.
      if (page === 1 && records.length > pageSize && records.length >= total) lastPage = 1;
      return rowsThrough;
    },
  };
}

async function fetchPage(
  marketplace: Pick<Marketplace, 'listSkills'>,
  page: number,
  pageSize: number,
  signal: AbortSignal,
): Promise<Fetched> {
  try {
    return { got: await marketplace.listSkills(page, pageSize, signal) };
  } catch (error) {
    if (concernsThisPageOnly(error)) return { error };
    if (error instanceof MarketplaceRefusedError) return { refusal: error };
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
    !(error instanceof SecretUnavailableError) &&
    (askedToWaitMs(error) ?? 0) <= MAX_REST_MS
  );
}
