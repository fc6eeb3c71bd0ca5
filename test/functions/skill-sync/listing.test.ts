import { describe, expect, it } from 'vitest';
import type { RunContext } from '#core/runs/job-run.ts';
import { type Listing, openListing } from '#functions/skill-sync/listing.ts';
import { openMemoryStores, SILENT, type TestStores } from '#test/engines/test-stores.ts';

const NOW = Date.UTC(2026, 2, 2, 9);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A listing of which ten pages were done at a time, opened again at another. */
async function openAgain(startedAt: number, openedAt: number): Promise<Listing> {
  const stores = await openMemoryStores();
  const first = await open(stores, 'first', startedAt);
  for (let page = 1; page <= 10; page += 1) {
    await first.pageDone(page, { ids: [`id-${page}`], counts: { added: 100 } as never });
  }
  return open(stores, 'second', openedAt);
}

async function open(stores: TestStores, runId: string, at: number): Promise<Listing> {
  // The lease is another matter: who has it does not go by the clock here.
  const lease = (await stores.jobs.acquire('job', 'first', 0, 1)) ?? { job: 'job', runId: 'first', fence: 1 };
  const state = await stores.jobs.state('job');
  const context = { runId, lease, state, continueFrom: () => undefined } as unknown as RunContext;
  return openListing({ ...stores, now: () => at, log: SILENT }, context, { pageSize: 100, onlyOwn: false });
}

describe('a listing that was not finished', () => {
  it.each([
    ['a minute ago', -MINUTE, 10],
    ['an hour ago', -60 * MINUTE + 1, 10],
    ['more than an hour ago', -61 * MINUTE, 1],
    ['a minute ahead', MINUTE, 10],
    ['a day ahead, by a wrong clock', DAY, 1],
    ['a year ahead, by a wrong clock', 365 * DAY, 1],
  ])('begun %s goes on or begins anew', async (_what, ms, firstPage) => {
    expect((await openAgain(NOW + ms, NOW)).firstPage).toBe(firstPage);
  });
});
