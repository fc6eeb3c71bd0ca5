import { describe, expect, it } from 'vitest';
import { ListingIncompleteError } from '#core/errors.ts';
import { completeListing } from '#functions/skill-sync/complete-listing.ts';
import type { Listing } from '#functions/skill-sync/listing.ts';
import type { ListingPass } from '#functions/skill-sync/listing-pass.ts';
import { silent } from './sync-harness.ts';

type Shown = { readonly total?: number; readonly shown?: string };

/** A listing of which so many skills are seen, and what its passes show. */
function create(
  seen: number,
  passes: readonly Shown[],
  { firstPage = 1, lastPass = undefined as string | undefined } = {},
) {
  const calls: string[] = [];
  const kept: (string | undefined)[] = [];
  const left = [...passes];
  const listing: Listing = {
    ...{ startedAt: 0, firstPage, lastPass, carriedOver: 0, ownCounts: {} },
    seenCount: () => seen,
    see: () => true,
    has: () => true,
    pageDone: async () => undefined,
    keepPass: (shown) => void kept.push(shown),
    save: async () => undefined,
    forgetCursor: async () => void calls.push('forget'),
  };
  const next = (kind: string) => async (): Promise<ListingPass> => {
    calls.push(kind);
    const { total, shown } = left.shift() ?? {};
    return { total, shown: () => shown, noteTotal() {}, pageDone() {}, isEndless: () => false };
  };
  const complete = () =>
    completeListing({ listing, log: silent, firstPass: next('first'), furtherPass: next('further') });
  return { complete, calls, kept };
}

describe('Function: completeListing', () => {
  it('is done when the skills seen reach the total', async () => {
    const { complete, calls } = create(10, [{ total: 10, shown: 'a' }]);
    await complete();
    expect(calls).toEqual(['first']);
  });

  it('makes another pass when they do not, and keeps what the first showed', async () => {
    const { complete, calls, kept } = create(10, [
      { total: 11, shown: 'a' },
      { total: 10, shown: 'b' },
    ]);
    await complete();
    expect([calls, kept]).toEqual([['first', 'further'], ['a']]);
  });

  it('takes two passes that show the same rows for a proof', async () => {
    const { complete, calls } = create(10, [
      { total: 11, shown: 'a' },
      { total: 11, shown: 'a' },
    ]);
    await complete();
    expect(calls).toEqual(['first', 'further']);
  });

  it('fails when two whole passes differ, and forgets the cursor', async () => {
    const { complete, calls } = create(10, [
      { total: 11, shown: 'a' },
      { total: 11, shown: 'b' },
    ]);
    await expect(complete()).rejects.toThrow(ListingIncompleteError);
    expect(calls).toEqual(['first', 'further', 'forget']);
  });

  it('does not count a pass that began in the middle as a whole one', async () => {
    const passes = [{ total: 11 }, { total: 11, shown: 'b' }, { total: 11, shown: 'b' }];
    const { complete, calls } = create(10, passes, { firstPage: 5 });
    await complete();
    expect(calls).toEqual(['first', 'further', 'further']);
  });

  it('goes on from the whole pass of an earlier invocation', async () => {
    const { complete, calls } = create(10, [{ total: 11, shown: 'a' }], { firstPage: 9, lastPass: 'a' });
    await complete();
    expect(calls).toEqual(['further']);
  });
});
