import { ListingIncompleteError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Listing } from './listing.ts';
import { agree, type ListingPass } from './listing-pass.ts';

/** Passes through the whole listing: the second is for what drifted between the pages of the first. */
const MAX_PASSES = 2;

type Passes = {
  readonly listing: Listing;
  readonly log: Log;
  /** Goes through the pages from the cursor on. */
  readonly firstPass: () => Promise<ListingPass>;
  /** Goes through all of them. */
  readonly furtherPass: () => Promise<ListingPass>;
};

/**
 * Goes through the listing, and once more from its start when the ids seen do not reach its `total`. Where they never
 * do, two whole passes that show the same rows are the proof.
 *
 * @throws ListingIncompleteError when neither holds; the cursor is forgotten
 */
export async function completeListing({ listing, log, firstPass, furtherPass }: Passes): Promise<void> {
  let before = listing.lastPass;
  let wholePasses = before === undefined ? 0 : 1;
  let isFirst = before === undefined;
  let total: number | undefined;
  while (wholePasses < MAX_PASSES) {
    const pass = await (isFirst ? firstPass() : furtherPass());
    ({ total } = pass);
    const seen = listing.seenCount();
    if (total !== undefined && seen >= total) return;
    log.warn('the listing drifted', { seen, total });
    if (agree(before, pass, seen)) {
      log.warn("two looks agree: the marketplace's total is wrong", { seen, total });
      return;
    }
    if (!isFirst || listing.firstPage === 1) wholePasses += 1;
    isFirst = false;
    before = pass.shown();
    listing.keepPass(before);
  }
  await listing.forgetCursor();
  throw new ListingIncompleteError(
    `The listing names ${total} skills, but two looks at it showed ${listing.seenCount()}. What was seen is in the cache; nothing was removed.`,
  );
}
