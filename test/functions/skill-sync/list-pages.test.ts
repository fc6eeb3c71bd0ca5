import { describe, expect, it } from 'vitest';
import {
  MarketplaceAuthError,
  MarketplaceRefusedError,
  MarketplaceUnavailableError,
  OutOfTimeError,
  RateLimitedError,
  SecretUnavailableError,
} from '#core/errors.ts';
import type { SkillPage } from '#core/marketplace/marketplace.ts';
import { listPages, type PageResult } from '#functions/skill-sync/list-pages.ts';

type Answer = Partial<SkillPage> | Error | undefined;

/** A listing of so many rows, but for the pages that answer otherwise. */
function createListing(rows: number, pageSize: number, special: Record<number, Answer> = {}) {
  const asked: number[] = [];
  const aborted: number[] = [];
  return {
    asked,
    aborted,
    async listSkills(page: number, size: number, signal?: AbortSignal): Promise<SkillPage> {
      asked.push(page);
      signal?.addEventListener('abort', () => aborted.push(page));
      const answer = special[page];
      if (answer instanceof Error) throw answer;
      const count = Math.max(0, Math.min(pageSize, rows - (page - 1) * pageSize));
      const records = Array.from({ length: count }, (_, index) => ({ skill_id: `${page}-${index}` }));
      const total = { total: rows, totalPages: Math.ceil(rows / pageSize) };
      return { records, page, pageSize: size, ...total, requestedAt: 0, ...answer };
    },
  };
}

async function list(
  listing: ReturnType<typeof createListing>,
  { fromPage = 1, pageSize = 10, isEndless = (): boolean => false } = {},
): Promise<PageResult[]> {
  const { signal } = new AbortController();
  const results: PageResult[] = [];
  for await (const result of listPages(listing, { fromPage, pageSize, signal, isEndless })) {
    results.push(result);
  }
  return results;
}

const pagesOf = (results: readonly PageResult[]) => results.map(({ page }) => page);

describe('Function: listPages', () => {
  it('gives every page once and in order, from the one that it begins with', async () => {
    const listing = createListing(95, 10);
    expect(pagesOf(await list(listing))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(new Set(listing.asked).size).toBe(listing.asked.length);
    expect(pagesOf(await list(createListing(95, 10), { fromPage: 9 }))).toEqual([9, 10]);
  });

  it('asks for up to eight pages ahead, and for two of large ones', async () => {
    for (const [pageSize, ahead] of [
      [10, 8],
      [900, 2],
    ] as const) {
      const listing = createListing(100 * pageSize, pageSize);
      const { signal } = new AbortController();
      const pages = listPages(listing, { fromPage: 1, pageSize, signal, isEndless: () => false });
      await pages.next();
      await pages.next();
      expect(listing.asked).toHaveLength(1 + ahead);
      await pages.return(undefined);
      expect(listing.aborted).toHaveLength(listing.asked.length);
    }
  });

  it('gives a page that can not be had as an error, and those behind it', async () => {
    const error = new MarketplaceUnavailableError('down');
    const results = await list(createListing(30, 10, { 2: error }));
    expect(results).toMatchObject([{ page: 1 }, { page: 2, error }, { page: 3 }]);
  });

  it.each([
    ['no token', new MarketplaceAuthError('401')],
    ['a secret that cannot be read', new SecretUnavailableError('refused', { cause: new Error() })],
    ['no time', new OutOfTimeError('over')],
    ['the limit', new RateLimitedError('wait', undefined)],
    ['a long rest', new MarketplaceUnavailableError('down', { retryAfterMs: 30_001 })],
  ])('throws what is about every page: %s', async (_what, error) => {
    await expect(list(createListing(30, 10, { 2: error }))).rejects.toBe(error);
  });

  it('takes a short rest for a fault of the page alone', async () => {
    const error = new MarketplaceUnavailableError('down', { retryAfterMs: 30_000 });
    expect(pagesOf(await list(createListing(30, 10, { 2: error })))).toEqual([1, 2, 3]);
  });

  it('throws the refusal of a page that the listing promised, and ends at one that it did not', async () => {
    const error = new MarketplaceRefusedError('no such page', 404);
    await expect(list(createListing(30, 10, { 3: error }))).rejects.toBe(error);
    // Its rows go on past its `total`: page 2 is a guess.
    const short = createListing(20, 10, { 1: { total: 5, totalPages: 1 }, 2: error });
    expect(pagesOf(await list(short))).toEqual([1]);
  });

  it('ends after two pages without rows, whatever the listing promises', async () => {
    const none = { records: [] };
    const listing = createListing(90, 10, { 2: none, 4: none, 5: none });
    expect(pagesOf(await list(listing))).toEqual([1, 2, 3, 4, 5]);
  });

  it('ends when the listing only repeats itself', async () => {
    expect(pagesOf(await list(createListing(90, 10), { isEndless: () => true }))).toEqual([1]);
  });

  it('goes by the rows of a page where the server gives fewer than it was asked for', async () => {
    const listing = createListing(30, 5);
    expect(pagesOf(await list(listing, { pageSize: 10 }))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('asks for no second page of a server that gives everything at once', async () => {
    const listing = createListing(25, 25);
    expect(pagesOf(await list(listing, { pageSize: 10 }))).toEqual([1]);
  });
});
