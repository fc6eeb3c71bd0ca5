import { ListingIncompleteError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Listing } from './listing.ts';
import { agree, type Look } from './look.ts';

/** Looks at the whole listing: the second is for what drifted between the pages of the first. */
const MAX_LOOKS = 2;

type Looking = {
  readonly listing: Listing;
  readonly log: Log;
  /** Goes through the pages from the cursor on. */
  readonly lookFirst: () => Promise<Look>;
  /** Goes through all of them. */
  readonly lookAgain: () => Promise<Look>;
};

/**
 * Goes through the listing, and once more from its start when the ids seen do not reach its `total`. Where they never
 * do, two whole looks that show the same rows are the proof.
 *
 * @throws ListingIncompleteError when neither holds; the cursor is forgotten
 */
export async function completeListing({ listing, log, lookFirst, lookAgain }: Looking): Promise<void> {
  let before = listing.lastLook;
  let wholeLooks = before === undefined ? 0 : 1;
  let isFirst = before === undefined;
  let total: number | undefined;
  while (wholeLooks < MAX_LOOKS) {
    const look = await (isFirst ? lookFirst() : lookAgain());
    ({ total } = look);
    const seen = listing.seenCount();
    if (total !== undefined && seen >= total) return;
    log.warn('the listing drifted', { seen, total });
    if (agree(before, look, seen)) {
      log.warn("two looks agree: the marketplace's total is wrong", { seen, total });
      return;
    }
    if (!isFirst || listing.firstPage === 1) wholeLooks += 1;
    isFirst = false;
    before = look.shown();
    listing.keepLook(before);
  }
  await listing.forgetCursor();
  throw new ListingIncompleteError(
    `The listing names ${total} skills, but two looks at it showed ${listing.seenCount()}. What was seen is in the cache; nothing was removed.`,
  );
}
