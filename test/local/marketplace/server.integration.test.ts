import { describe, expect, it } from 'vitest';
import { startMarketplace } from '#local/marketplace/server.ts';
import { ask, call, startForTest } from './marketplace-client.ts';

describe('limits', () => {
  it('answers 429 with the seconds to wait when a minute is full, and goes on afterwards', async () => {
    let now = 1_000_000;
    const marketplace = await startForTest({ now: () => now, limits: { perMinute: 3, concurrent: 10 } });
    const status = async () => (await ask(marketplace, '/health')).status;
    expect([await status(), await status(), await status()]).toEqual([200, 200, 200]);

    now += 20_500;
    const refused = await ask(marketplace, '/health');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '40']);

    now += 39_499;
    expect(await status()).toBe(429);
    now += 1;
    expect(await status()).toBe(200);
    expect(marketplace.stats).toMatchObject({ rateLimited: 2, maxPerMinute: 5, requests: 6 });
  });

  it('answers 429 when too many are open at once', async () => {
    const marketplace = await startForTest({ limits: { perMinute: 100, concurrent: 2 } });
    marketplace.faults.add({ kind: 'hang', route: 'skills', times: 2 });
    const abort = new AbortController();
    const hanging = [1, 2].map(() =>
      call(marketplace, '/api/v1/skills', { signal: abort.signal }).catch(() => 'aborted'),
    );
    await expect.poll(() => marketplace.stats.inFlight).toBe(2);

    expect((await ask(marketplace, '/health')).status).toBe(429);
    abort.abort();
    expect(await Promise.all(hanging)).toEqual(['aborted', 'aborted']);
    await expect.poll(() => marketplace.stats.inFlight).toBe(0);

    expect((await ask(marketplace, '/health')).status).toBe(200);
    expect(marketplace.stats.maxConcurrent).toBe(3);
  });
});

describe('stats', () => {
  it('counts by route, page and status, and logs each request', async () => {
    const marketplace = await startForTest({ now: () => 5 });
    await ask(marketplace, '/api/v1/skills?page=2&page_size=10');
    await ask(marketplace, '/api/v1/skills?page=2&page_size=10');
    await ask(marketplace, '/api/v1/ratings', { method: 'POST', json: {} });

    expect(marketplace.stats.byRoute).toEqual({ skills: 2, add_rating: 1 });
    expect([...marketplace.stats.byPage]).toEqual([[2, 2]]);
    expect([...marketplace.stats.byStatus]).toEqual([
      [200, 2],
      [400, 1],
    ]);
    expect(marketplace.stats.log[2]).toMatchObject({
      at: 5,
      method: 'POST',
      path: '/api/v1/ratings',
      status: 400,
    });
    expect(marketplace.stats.maxConcurrentUploads).toBe(1);
    marketplace.stats.reset();
    expect(marketplace.stats).toMatchObject({ requests: 0, byRoute: {}, maxConcurrent: 0 });
  });
});

describe('startMarketplace', () => {
  it('rejects when the port is taken', async () => {
    const marketplace = await startForTest();
    const port = Number(new URL(marketplace.url).port);
    await expect(startMarketplace({ port, skills: 0 })).rejects.toThrow('EADDRINUSE');
  });
});
