import { describe, expect, it } from 'vitest';
import { createMarketplace } from '#adapters/marketplace/client.ts';
import { createRateLimiter } from '#adapters/marketplace/rate-limiter.ts';
import {
  MalformedAnswerError,
  MarketplaceRefusedError,
  MarketplaceUnavailableError,
  OutOfTimeError,
  RateLimitedError,
} from '#core/errors.ts';
import { createHarness, emptyPage, failure, gaps, json, status } from './harness.ts';

const NOMINAL = [1000, 2000, 4000, 8000, 16_000];

describe('the backoff', () => {
  it.each([
    [0, 0.5],
    [0.5, 1],
    [0.999999, 1.499999],
  ])('waits the contract’s delays, jittered by half at most, when chance says %d', async (chance, factor) => {
    const { clock, calls, marketplace } = createHarness([() => status(503)], { random: () => chance });

    const error = await clock.run(failure(marketplace.listSkills(3, 10)));

    expect(gaps(calls)).toEqual(NOMINAL.map((ms) => Math.round(ms * factor)));
    expect(error).toBeInstanceOf(MarketplaceUnavailableError);
    expect(error).toMatchObject({ status: 503 });
    expect((error as Error).message).toBe(
      'GET /api/v1/skills (page 3) failed 6 times in a row, the last time because it answered 503',
    );
    expect(clock.pending()).toBe(0);
  });

  it.each([408, 425, 500, 502, 503, 504, 599])('tries again after %d', async (code) => {
    const { clock, calls, marketplace } = createHarness([() => status(code), () => json(emptyPage)]);
    await clock.run(marketplace.listSkills(1, 10));
    expect(calls).toHaveLength(2);
  });

  it.each([400, 404, 405, 409, 410, 413, 422])('does not try again after %d', async (code) => {
    const { clock, calls, marketplace } = createHarness([() => status(code)]);
    const error = await clock.run(failure(marketplace.listSkills(1, 10)));
    expect(error).toBeInstanceOf(MarketplaceRefusedError);
    expect(error).toMatchObject({ status: code, retryable: false });
    expect(calls).toHaveLength(1);
  });

  it('is ended by a good answer, which says when its own request left', async () => {
    const { clock, calls, marketplace } = createHarness([
      () => Promise.reject(new TypeError('fetch failed')),
      () => new Response('<html>'),
      () => json(emptyPage),
    ]);
    const page = await clock.run(marketplace.listSkills(1, 10));
    expect(page.requestedAt).toBe(calls[2]!.at);
    expect(gaps(calls)).toEqual([1000, 2000]);
  });

  it('rests at least as long as a 503 asks for', async () => {
    const { clock, calls, marketplace } = createHarness([
      () => status(503, { 'retry-after': '10' }),
      () => status(503, { 'retry-after': '1' }),
      () => json(emptyPage),
    ]);
    await clock.run(marketplace.listSkills(1, 10));
    expect(gaps(calls)).toEqual([10_000, 2000]);
  });

  it('ends at once with the reason when the signal aborts', async () => {
    const { clock, calls, marketplace } = createHarness([() => status(503)]);
    const controller = new AbortController();
    const reason = new Error('stopped');
    const result = failure(marketplace.listSkills(1, 10, controller.signal));
    await clock.advance(500);
    controller.abort(reason);
    expect(await result).toBe(reason);
    expect(calls).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });

  it('sends nothing when the signal has aborted before', async () => {
    const { calls, marketplace } = createHarness([() => json(emptyPage)]);
    const reason = new Error('stopped');
    expect(await failure(marketplace.listSkills(1, 10, AbortSignal.abort(reason)))).toBe(reason);
    expect(calls).toHaveLength(0);
  });
});

describe('429', () => {
  it('waits exactly as long as it is told, and that costs no retry', async () => {
    const { clock, calls, marketplace } = createHarness([
      ...Array.from({ length: 5 }, () => () => status(429, { 'retry-after': '7' })),
      ...Array.from({ length: 5 }, () => () => status(500)),
      () => json(emptyPage),
    ]);
    await clock.run(marketplace.listSkills(1, 10));
    expect(gaps(calls)).toEqual([7000, 7000, 7000, 7000, 7000, ...NOMINAL]);
  });

  it('costs a retry each when it comes more than five times, and is never tried too early', async () => {
    const { clock, calls, marketplace } = createHarness([() => status(429, { 'retry-after': '3' })]);
    const error = await clock.run(failure(marketplace.listSkills(1, 10)));
    expect(gaps(calls)).toEqual([3000, 3000, 3000, 3000, 3000, 3000, 3000, 4000, 8000, 16_000]);
    expect(error).toBeInstanceOf(RateLimitedError);
    expect(error).toMatchObject({ retryAfterMs: 3000 });
  });

  it.each([undefined, '0', '-3', 'soon'])('backs off as usual when Retry-After is %j', async (value) => {
    const headers: Record<string, string> = value === undefined ? {} : { 'retry-after': value };
    const { clock, calls, marketplace } = createHarness([() => status(429, headers)]);
    const error = await clock.run(failure(marketplace.listSkills(1, 10)));
    expect(gaps(calls)).toEqual(NOMINAL);
    expect(error).toBeInstanceOf(RateLimitedError);
  });

  it('holds every call of the process, through other clients too, not only the one that met it', async () => {
    const limited = createHarness([() => status(429, { 'retry-after': '20' }), () => json(emptyPage)]);
    const limiter = createRateLimiter(limited.clock);
    const first = createMarketplace({ ...limited.deps, limiter });
    const second = createMarketplace({ ...limited.deps, limiter });
    const startedAt = limited.clock.now();
    const one = first.listSkills(1, 10);
    await limited.clock.advance(1000);

    await limited.clock.run(Promise.all([one, second.listSkills(1, 10), second.listSkills(1, 10)]));

    expect(limited.calls.map((call) => call.at - startedAt)).toEqual([0, 20_000, 20_000, 20_000]);
  });

  it('is told with its wait when that does not fit into the time left', async () => {
    const { clock, calls, marketplace } = createHarness([() => status(429, { 'retry-after': '60' })], {
      remainingMs: () => 40_000,
    });
    const error = await clock.run(failure(marketplace.listSkills(1, 10)));
    expect(error).toBeInstanceOf(RateLimitedError);
    expect(error).toMatchObject({ retryAfterMs: 60_000 });
    expect(calls).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });
});

describe('the time left', () => {
  it.each([0, 3000])(
    'sends nothing when %d ms remain, of which 3 s are kept in reserve',
    async (remaining) => {
      const { calls, marketplace } = createHarness([() => json(emptyPage)], { remainingMs: () => remaining });
      expect(await failure(marketplace.listSkills(1, 10))).toBeInstanceOf(OutOfTimeError);
      expect(calls).toHaveLength(0);
    },
  );

  it('stops before a backoff that would outlive it', async () => {
    const { clock, calls, deps } = createHarness([() => status(500)]);
    const endsAt = clock.now() + 10_000;
    const marketplace = createMarketplace({ ...deps, remainingMs: () => endsAt - clock.now() });

    const error = await clock.run(failure(marketplace.listSkills(1, 10)));

    // 1 + 2 s fit into 10 less the reserve of 3; another 4 s would end on the reserve.
    expect(gaps(calls)).toEqual([1000, 2000]);
    expect(error).toBeInstanceOf(OutOfTimeError);
    expect((error as Error).cause).toBeInstanceOf(MarketplaceUnavailableError);
  });

  it('cuts a request that would outlive it, and does not blame the marketplace', async () => {
    const { clock, deps } = createHarness([() => new Promise<never>(() => undefined)]);
    const startedAt = clock.now();
    const marketplace = createMarketplace({
      ...deps,
      remainingMs: () => startedAt + 8000 - clock.now(),
      reserveMs: 2000,
    });
    expect(await clock.run(failure(marketplace.listSkills(1, 10)))).toBeInstanceOf(OutOfTimeError);
    expect(clock.now() - startedAt).toBe(6000);
    expect(clock.pending()).toBe(0);
  });

  it('ends the call when our own limits leave no request for it', async () => {
    const { clock, marketplace } = createHarness([() => json(emptyPage)], {
      limits: { perMinute: 1, concurrent: 1 },
      remainingMs: () => 50_000,
    });
    await marketplace.listSkills(1, 10);
    expect(await failure(marketplace.listSkills(1, 10))).toBeInstanceOf(OutOfTimeError);
    expect(clock.pending()).toBe(0);
  });
});

describe('answers that are no use', () => {
  it('are told as malformed with what was wrong, after the retries', async () => {
    const { clock, calls, marketplace } = createHarness([() => json({ skills: {}, total: 1 })]);
    const error = await clock.run(failure(marketplace.listSkills(1, 10)));
    expect(error).toBeInstanceOf(MalformedAnswerError);
    expect((error as Error).message).toContain('skills: Invalid input: expected array, received object');
    expect(calls).toHaveLength(6);
  });
});
