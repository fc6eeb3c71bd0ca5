import { describe, expect, it } from 'vitest';
import { createMarketplace } from '#adapters/marketplace/client.ts';
import { createRateLimiter } from '#adapters/marketplace/rate-limiter.ts';
import {
  askedToWaitMs,
  MarketplaceAuthError,
  MarketplaceRefusedError,
  MarketplaceUnavailableError,
  OutOfTimeError,
  RateLimitedError,
} from '#core/errors.ts';
import { createHarness, emptyPage, failure, gaps, json, status } from './harness.ts';

const BUSY = [429, 503, 500, 502, 504, 408, 425, 403, 413, 423];
const DATES = { date: 'Thu, 19 Feb 2026 10:30:00 GMT', 'retry-after': 'Thu, 19 Feb 2026 10:35:00 GMT' };

describe('An answer with Retry-After', () => {
  it.each(BUSY)('is told with its wait when that does not fit into the time left: %d', async (code) => {
    for (const headers of [{ 'retry-after': '300' }, DATES]) {
      const { clock, calls, marketplace } = createHarness([() => status(code, headers)], {
        remainingMs: () => 290_000,
      });
      const error = await clock.run(failure(marketplace.listSkills(1, 10)));
      expect(error).toBeInstanceOf(code === 429 ? RateLimitedError : MarketplaceUnavailableError);
      expect(askedToWaitMs(error)).toBe(300_000);
      expect(calls).toHaveLength(1);
      expect(clock.pending()).toBe(0);
    }
  });

  it.each(BUSY)('is waited for when it fits: %d', async (code) => {
    const { clock, calls, marketplace } = createHarness([
      () => status(code, { 'retry-after': '60' }),
      () => json(emptyPage),
    ]);
    await clock.run(marketplace.listSkills(1, 10));
    expect(gaps(calls)).toEqual([60_000]);
  });

  it.each(BUSY)('holds every call of the process, not only the one that met it: %d', async (code) => {
    const { clock, calls, deps } = createHarness([
      () => status(code, { 'retry-after': '20' }),
      () => json(emptyPage),
    ]);
    const limiter = createRateLimiter(clock);
    const [first, second] = [
      createMarketplace({ ...deps, limiter }),
      createMarketplace({ ...deps, limiter }),
    ];
    const startedAt = clock.now();
    const one = first.listSkills(1, 10);
    await clock.advance(1_000);
    await clock.run(
      Promise.all([one, second.listSkills(1, 10), second.listCategories().catch(() => undefined)]),
    );
    expect(calls.slice(1).every(({ at }) => at - startedAt >= 20_000)).toBe(true);
  });

  it.each([400, 404, 405, 409, 410, 422, 451])('does not make %d worth another attempt', async (code) => {
    const { clock, calls, marketplace } = createHarness([() => status(code, { 'retry-after': '1' })]);
    const error = await clock.run(failure(marketplace.listSkills(1, 10)));
    expect(error).toBeInstanceOf(MarketplaceRefusedError);
    expect(calls).toHaveLength(1);
  });

  it('does not make 401 worth another attempt, nor 403 without it', async () => {
    const refused = createHarness([() => status(401, { 'retry-after': '1' })]);
    expect(await refused.clock.run(failure(refused.marketplace.listSkills(1, 10)))).toBeInstanceOf(
      MarketplaceAuthError,
    );
    const forbidden = createHarness([() => status(403)]);
    expect(await forbidden.clock.run(failure(forbidden.marketplace.listSkills(1, 10)))).toBeInstanceOf(
      MarketplaceAuthError,
    );
    expect(forbidden.calls).toHaveLength(1);
  });

  it('is believed for an hour at most', async () => {
    const { clock, marketplace } = createHarness([() => status(503, { 'retry-after': '86400' })], {
      remainingMs: () => 290_000,
    });
    expect(askedToWaitMs(await clock.run(failure(marketplace.listSkills(1, 10))))).toBe(3_600_000);
  });

  it('does not blame the marketplace for a backoff of ours that does not fit', async () => {
    const { clock, deps } = createHarness([() => status(503, { 'retry-after': '1' })]);
    const endsAt = clock.now() + 10_000;
    const marketplace = createMarketplace({ ...deps, remainingMs: () => endsAt - clock.now() });
    expect(await clock.run(failure(marketplace.listSkills(1, 10)))).toBeInstanceOf(OutOfTimeError);
  });

  it('keeps its wait when the retries are used up', async () => {
    const { clock, marketplace } = createHarness([() => status(503, { 'retry-after': '7' })]);
    const error = await clock.run(failure(marketplace.listSkills(1, 10)));
    expect(error).toMatchObject({ code: 'marketplace_unavailable', status: 503, retryAfterMs: 7_000 });
  });
});
