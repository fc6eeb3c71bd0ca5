import { describe, expect, it } from 'vitest';
import { createMarketplace } from '#adapters/marketplace/client.ts';
import { MarketplaceAuthError, TokenUnavailableError } from '#core/errors.ts';
import { createHarness, createTokenSpy, emptyPage, failure, gaps, json, status } from './harness.ts';

const NOMINAL = [1000, 2000, 4000, 8000, 16_000];

describe('the token', () => {
  it('is read for every attempt', async () => {
    let reads = 0;
    const { clock, calls, marketplace } = createHarness([() => status(500), () => json(emptyPage)], {
      token: async () => `token-${++reads}`,
    });
    await clock.run(marketplace.listSkills(1, 10));
    expect(calls.map((call) => call.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('is read when the wait in line is over, not before', async () => {
    const { clock, calls, deps } = createHarness([() => json(emptyPage)]);
    const marketplace = createMarketplace({
      ...deps,
      limits: { perMinute: 1, concurrent: 1 },
      token: async () => `token-of-${clock.now()}`,
    });
    await clock.run(Promise.all([marketplace.listSkills(1, 10), marketplace.listSkills(1, 10)]));
    expect(calls[1]!.authorization).toBe(`Bearer token-of-${calls[1]!.at}`);
  });

  it('is renewed once, at once, and costs no retry when it is refused', async () => {
    const { calls: asked, token } = createTokenSpy('old', 'new');
    const { clock, calls, marketplace } = createHarness(
      [() => status(401), ...Array.from({ length: 5 }, () => () => status(500)), () => json(emptyPage)],
      { token },
    );
    await clock.run(marketplace.listSkills(1, 10));
    expect(asked.filter((kind) => kind === 'renew')).toHaveLength(1);
    expect(calls.map((call) => call.authorization)).toEqual(['Bearer old', ...Array(6).fill('Bearer new')]);
    expect(gaps(calls)).toEqual([0, ...NOMINAL]);
  });

  it('is not renewed again when somebody else has done so', async () => {
    let current = 'old';
    const asked: boolean[] = [];
    const { clock, calls, marketplace } = createHarness(
      [
        () => {
          current = 'new';
          return status(401);
        },
        () => json(emptyPage),
      ],
      {
        token: async ({ renew = false } = {}) => {
          asked.push(renew);
          return current;
        },
      },
    );
    await clock.run(marketplace.listSkills(1, 10));
    expect(calls[1]!.authorization).toBe('Bearer new');
    expect(asked).not.toContain(true);
  });

  it('fails the call when the renewed one is refused too', async () => {
    const { calls: asked, token } = createTokenSpy('old', 'new');
    const { calls, marketplace } = createHarness([() => status(401)], { token });
    expect(await failure(marketplace.listSkills(1, 10))).toBeInstanceOf(MarketplaceAuthError);
    expect(calls).toHaveLength(2);
    expect(asked).toEqual(['plain', 'plain', 'renew']);
  });

  it('is renewed when it expires while a 429 is waited for', async () => {
    const { calls: asked, token } = createTokenSpy('old', 'new');
    const { clock, calls, marketplace } = createHarness(
      [() => status(429, { 'retry-after': '30' }), () => status(401), () => json(emptyPage)],
      { token },
    );
    await clock.run(marketplace.listSkills(1, 10));
    expect(asked).toContain('renew');
    expect(gaps(calls)).toEqual([30_000, 0]);
  });

  it('fails the call at once when it is not allowed to do it (403)', async () => {
    const { calls, tokens, marketplace } = createHarness([() => status(403)]);
    expect(await failure(marketplace.listSkills(1, 10))).toBeInstanceOf(MarketplaceAuthError);
    expect(calls).toHaveLength(1);
    expect(tokens.calls).toEqual(['plain']);
  });

  it('costs no request when it can not be had', async () => {
    let broken = true;
    const { clock, calls, marketplace } = createHarness([() => json(emptyPage)], {
      limits: { perMinute: 1, concurrent: 1 },
      token: async () => {
        if (broken) throw new TokenUnavailableError('no token');
        return 'there-it-is';
      },
    });
    expect(await failure(marketplace.listSkills(1, 10))).toBeInstanceOf(TokenUnavailableError);
    broken = false;
    const startedAt = clock.now();
    await clock.run(marketplace.listSkills(1, 10));
    expect(calls.map((call) => call.at - startedAt)).toEqual([0]);
  });

  it('is waited for no longer than the caller waits', async () => {
    const controller = new AbortController();
    const { marketplace } = createHarness([], { token: () => new Promise<never>(() => undefined) });
    const result = failure(marketplace.listSkills(1, 10, controller.signal));
    const reason = new Error('stopped');
    controller.abort(reason);
    expect(await result).toBe(reason);
  });
});
