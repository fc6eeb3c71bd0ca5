import { type AtomSyncError, MarketplaceRefusedError, OutOfTimeError } from '#core/errors.ts';
import type { Marketplace } from '#core/marketplace/marketplace.ts';
import type { RunContext } from '#core/runs/job-run.ts';
import type { Now } from '#core/time/clock.ts';
import type { Applied, ApplyRecords } from './apply-records.ts';
import { listPages, type PageResult } from './list-pages.ts';
import type { Listing } from './listing.ts';
import { createListingPass, type ListingPass } from './listing-pass.ts';
import { PageWindow } from './page-window.ts';
import { createNamer } from './reject-records.ts';
import type { RunTally } from './run-tally.ts';
import { stopBeforeTimeRunsOut } from './stop-in-time.ts';

/** Pages under work at once; bounds what is held in memory. */
const PAGES_UNDER_WORK = 3;
/** Pages that could not be had, after which the rest is not tried. */
const MAX_FAILED_PAGES = 3;

export type PageWalkDeps = {
  readonly marketplace: Pick<Marketplace, 'listSkills'>;
  readonly pageSize: number;
  readonly context: Pick<RunContext, 'signal' | 'remainingMs' | 'advanced'>;
  readonly listing: Listing;
  readonly apply: ApplyRecords;
  readonly tally: RunTally;
  readonly now: Now;
};

type FetchedPage = Extract<PageResult, { readonly got: unknown }>;
type AppliedPage = { readonly page: number; readonly applied: Applied; readonly keepsCursor: boolean };

/** Goes through the pages of a listing, as often as the run has to, and applies their records to the cache. */
export class PageWalk {
  readonly #deps: PageWalkDeps;
  /** The last page that an earlier invocation did: doing it once more is no progress. 0: there was none. */
  readonly #repeatedPage: number;
  /** Whether this invocation has done a page that no later one has to do again. */
  #hasAdvanced = false;
  #pass: ListingPass;

  constructor(deps: PageWalkDeps) {
    this.#deps = deps;
    const { listing } = deps;
    this.#repeatedPage = listing.seenCount() > 0 ? listing.firstPage : 0;
    this.#pass = createListingPass(listing.firstPage);
  }

  /** Skills that the listing names by what the pass under way, or the last one, was told; undefined before its first page. */
  get total(): number | undefined {
    return this.#pass.total;
  }

  /** The pass that keeps the cursor. It is saved when something stops the pass, so that the next run goes on there. */
  async firstPass(): Promise<ListingPass> {
    const { listing } = this.#deps;
    try {
      return await this.#passFrom(listing.firstPage, true);
    } catch (error) {
      // A page that the marketplace refuses for good (out of range by now) is no place to go on from.
      if (error instanceof MarketplaceRefusedError) await listing.forgetCursor();
      else await listing.save();
      throw error;
    }
  }

  /** A pass from the start. What stops it leaves the run to go on with such a pass, compared with the one before. */
  async furtherPass(): Promise<ListingPass> {
    try {
      return await this.#passFrom(1, false);
    } catch (error) {
      await this.#deps.listing.save();
      throw error;
    }
  }

  async #passFrom(fromPage: number, keepsCursor: boolean): Promise<ListingPass> {
    const { context, now } = this.#deps;
    const pass = createListingPass(fromPage);
    this.#pass = pass;
    const name = createNamer();
    const window = new PageWindow<AppliedPage>({
      size: PAGES_UNDER_WORK,
      complete: (page) => this.#complete(pass, page),
    });
    const checkTime = stopBeforeTimeRunsOut(context.remainingMs, now);
    const failures: AtomSyncError[] = [];
    let nextPage = fromPage;
    const applyPage = async (fetched: FetchedPage, isCursor: boolean): Promise<AppliedPage> => {
      const { page, got, rowsThrough } = fetched;
      pass.noteTotal(Math.max(got.total, rowsThrough));
      const applied = await this.#deps.apply(got.records, got.requestedAt, name);
      return { page, applied, keepsCursor: isCursor };
    };
    try {
      for await (const result of this.#pagesOf(pass, fromPage)) {
        context.signal.throwIfAborted();
        nextPage = result.page + 1;
        if ('error' in result) failures.push(result.error);
        else window.begin(applyPage(result, keepsCursor && failures.length === 0));
        if (failures.length >= MAX_FAILED_PAGES) break;
        await window.makeRoom();
        // An invocation that got nowhere has nothing to save: it uses its time to the end.
        if (this.#hasAdvanced) checkTime();
      }
      await window.completeAll();
    } catch (error) {
      await window.completeUpToFailure();
      throw error instanceof OutOfTimeError ? waitingForPage(error, nextPage) : error;
    }
    if (failures[0]) throw failures[0];
    return pass;
  }

  #pagesOf(pass: ListingPass, fromPage: number): AsyncGenerator<PageResult> {
    const { marketplace, pageSize, context, listing } = this.#deps;
    const isEndless = () => pass.isEndless(listing.seenCount());
    return listPages(marketplace, { fromPage, pageSize, signal: context.signal, isEndless });
  }

  /** Takes a page, and all before it, as done. */
  async #complete(pass: ListingPass, { page, applied, keepsCursor }: AppliedPage): Promise<void> {
    const { tally, listing, context } = this.#deps;
    pass.pageDone(applied.ids);
    tally.add(applied.counts);
    tally.report(pass.total);
    if (!keepsCursor) return;
    await listing.pageDone(page, applied);
    if (page === this.#repeatedPage) return;
    this.#hasAdvanced = true;
    context.advanced();
  }
}

/** Time is up: what for, should the run have got nowhere. */
function waitingForPage(error: OutOfTimeError, page: number): OutOfTimeError {
  return new OutOfTimeError(`${error.message} Page ${page} of the listing was next.`, { cause: error });
}
