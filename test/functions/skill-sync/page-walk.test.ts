import { describe, expect, it } from 'vitest';
import {
  MarketplaceAuthError,
  MarketplaceRefusedError,
  MarketplaceUnavailableError,
  OutOfTimeError,
} from '#core/errors.ts';
import { zeroPageCounts } from '#core/skills/skill-counts.ts';
import type { Listing } from '#functions/skill-sync/listing.ts';
import { PageWalk } from '#functions/skill-sync/page-walk.ts';
import { RunTally } from '#functions/skill-sync/run-tally.ts';

const ROWS_A_PAGE = 10;

type World = {
  readonly pages: number;
  /** Pages that fail, with what. */
  readonly failing?: Readonly<Record<number, Error>>;
  readonly firstPage?: number;
  /** Skills that earlier invocations have seen. */
  readonly seen?: number;
  readonly remainingMs?: () => number;
};

function create({ pages, failing = {}, firstPage = 1, seen = 0, remainingMs = () => 1e9 }: World) {
  const calls: string[] = [];
  const done: number[] = [];
  const ids = new Set(Array.from({ length: seen }, (_, index) => `earlier-${index}`));
  const listing: Listing = {
    ...{ startedAt: 0, firstPage, lastPass: undefined, carriedOver: 0, ownCounts: {} },
    seenCount: () => ids.size,
    see: (id) => ids.size < ids.add(id).size,
    has: (id) => ids.has(id),
    pageDone: async (page) => void done.push(page),
    keepPass: () => undefined,
    save: async () => void calls.push('save'),
    forgetCursor: async () => void calls.push('forget'),
  };
  const context = {
    signal: new AbortController().signal,
    remainingMs,
    advanced: () => void calls.push('advanced'),
    report: () => undefined,
  };
  const tally = new RunTally(context, listing);
  const walk = new PageWalk({
    marketplace: {
      listSkills: async (page, pageSize) => {
        const error = failing[page];
        if (error) throw error;
        const records = Array.from({ length: ROWS_A_PAGE }, (_, row) => `${page}-${row}`);
        return { records, page, pageSize, total: pages * ROWS_A_PAGE, totalPages: pages, requestedAt: 0 };
      },
    },
    apply: async (records) => {
      for (const id of records) listing.see(String(id));
      return { ids: records.map(String), counts: { ...zeroPageCounts(), added: records.length } };
    },
    ...{ pageSize: ROWS_A_PAGE, context, listing, tally, now: () => 0 },
  });
  return { walk, tally, done, calls };
}

const advanced = (count: number) => Array.from({ length: count }, () => 'advanced');

describe('Class: PageWalk', () => {
  it('applies every page, keeps the cursor page by page, and tells the total', async () => {
    const { walk, tally, done, calls } = create({ pages: 5 });
    expect(walk.total).toBeUndefined();
    const pass = await walk.firstPass();
    expect([pass.total, walk.total, tally.of('added')]).toEqual([50, 50, 50]);
    expect(done).toEqual([1, 2, 3, 4, 5]);
    expect(calls).toEqual(advanced(5));
  });

  it('begins with the cursor, whose page is no progress when it is done once more', async () => {
    const { walk, done, calls } = create({ pages: 5, firstPage: 4, seen: 40 });
    await walk.firstPass();
    expect(done).toEqual([4, 5]);
    expect(calls).toEqual(advanced(1));
  });

  it('begins a further pass with the first page, and keeps no cursor in it', async () => {
    const { walk, done, calls, tally } = create({ pages: 3, firstPage: 3, seen: 30 });
    await walk.furtherPass();
    expect([done, calls, tally.of('added')]).toEqual([[], [], 30]);
  });

  it('goes on behind a page that fails, keeps the cursor before it, and fails in the end', async () => {
    const error = new MarketplaceUnavailableError('down');
    const { walk, done, calls, tally } = create({ pages: 5, failing: { 3: error } });
    await expect(walk.firstPass()).rejects.toBe(error);
    expect(done).toEqual([1, 2]);
    expect(tally.of('added')).toBe(40);
    expect(calls).toEqual([...advanced(2), 'save']);
  });

  it('tries no more after three pages that fail', async () => {
    const error = new MarketplaceUnavailableError('down');
    const { walk, tally } = create({ pages: 9, failing: { 2: error, 3: error, 4: error } });
    await expect(walk.firstPass()).rejects.toBe(error);
    expect(tally.of('added')).toBe(10);
  });

  it('saves the cursor when it is stopped, and forgets it where the page is refused for good', async () => {
    const stopped = create({ pages: 5, failing: { 3: new MarketplaceAuthError('401') } });
    await expect(stopped.walk.firstPass()).rejects.toThrow(MarketplaceAuthError);
    expect(stopped.done).toEqual([1, 2]);
    expect(stopped.calls.at(-1)).toBe('save');
    const refused = create({ pages: 5, failing: { 3: new MarketplaceRefusedError('no', 404) } });
    await expect(refused.walk.firstPass()).rejects.toThrow(MarketplaceRefusedError);
    expect(refused.calls.at(-1)).toBe('forget');
  });

  it('stops when time is short, but not before it has got anywhere, and says which page was next', async () => {
    const { walk, done, calls } = create({ pages: 9, remainingMs: () => 0 });
    const stopped = walk.firstPass();
    await expect(stopped).rejects.toThrow(OutOfTimeError);
    await expect(stopped).rejects.toThrow(/Page 4 of the listing was next\.$/);
    expect(done).toEqual([1, 2, 3]);
    expect(calls.at(-1)).toBe('save');
  });
});
