import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  MalformedAnswerError,
  MarketplaceAuthError,
  MarketplaceRefusedError,
  MarketplaceUnavailableError,
  RateLimitedError,
} from '#core/errors.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';
import { failure } from './harness.ts';
import { closers, connect, OK, realSleep, serve, simulate } from './real-servers.ts';

describe('a marketplace in good health', () => {
  it('is read page by page, with categories and single skills', async () => {
    const server = await simulate();
    const { marketplace } = connect(server);
    const before = Date.now();

    const first = await marketplace.listSkills(1, 20);
    const second = await marketplace.listSkills(2, 20);
    const categories = await marketplace.listCategories();
    const skill = await marketplace.getSkill((first.records[0] as { skill_id: string }).skill_id);

    expect([first.records.length, second.records.length]).toEqual([20, 10]);
    expect(second).toMatchObject({ page: 2, pageSize: 20, total: 30, totalPages: 2 });
    expect(categories.records.length).toBeGreaterThan(0);
    expect(skill?.record).toMatchObject({ ...(first.records[0] as object), ratings: expect.any(Array) });
    expect(await marketplace.getSkill('no such skill')).toBeUndefined();
    expect(first.requestedAt).toBeGreaterThanOrEqual(before);
    expect(first.requestedAt).toBeLessThanOrEqual(Date.now());
  });

  it('is read the same where it answers bare categories', async () => {
    const server = await simulate({ bareCategories: true });
    expect((await connect(server).marketplace.listCategories()).records.length).toBeGreaterThan(0);
  });

  it('finds a skill whose id is no plain word', async () => {
    const ids = ['a/b c', '../categories', 'Ü技?x=1#y', '%2e%2e'];
    const server = await simulate({
      catalog: { skills: ids.map((id) => ({ skill_id: id, name: id })) },
    });
    const { marketplace } = connect(server);
    for (const id of ids) {
      expect((await marketplace.getSkill(id))?.record).toMatchObject({ skill_id: id });
    }
  });
});

describe('one fault on the wire is mended by another attempt', () => {
  const faults = [
    { kind: 'status', status: 500 },
    { kind: 'status', status: 503, body: '<h1>down</h1>', headers: { 'content-type': 'text/html' } },
    { kind: 'cut', mode: 'length' },
    { kind: 'cut', mode: 'chunked' },
    { kind: 'cut', mode: 'clean' },
    { kind: 'hang' },
    { kind: 'reset' },
    { kind: 'html' },
    { kind: 'garbage' },
    { kind: 'shape', shape: 'null' },
    { kind: 'shape', shape: 'empty_object' },
    { kind: 'shape', shape: 'list_null' },
    { kind: 'shape', shape: 'list_missing' },
    { kind: 'shape', shape: 'total_missing' },
    { kind: 'shape', shape: 'total_string' },
    { kind: 'shape', shape: 'total_negative' },
    { kind: 'shape', shape: 'page_wrong' },
    { kind: 'latency', ms: 3000 },
  ] as const;

  it.each(faults)('%o', async (fault) => {
    const server = await simulate();
    server.faults.add({ ...fault, times: 2 });
    const { marketplace, log } = connect(server);

    const page = await marketplace.listSkills(1, 10);

    expect(page.records).toHaveLength(10);
    expect(server.stats.requests).toBe(3);
    expect(log.lines).toHaveLength(2);
  });
});

describe('a fault that stays', () => {
  it.each([
    [{ kind: 'reset' } as const, MarketplaceUnavailableError],
    [{ kind: 'cut', mode: 'length' } as const, MarketplaceUnavailableError],
    [{ kind: 'cut', mode: 'chunked' } as const, MarketplaceUnavailableError],
    [{ kind: 'cut', mode: 'clean' } as const, MalformedAnswerError],
    [{ kind: 'html' } as const, MalformedAnswerError],
    [{ kind: 'status', status: 502 } as const, MarketplaceUnavailableError],
  ])('%o is told by its class after six attempts', async (fault, expected) => {
    const server = await simulate();
    server.faults.add({ ...fault, times: 'always' });
    const error = await failure(connect(server).marketplace.listSkills(1, 10));
    expect(error).toBeInstanceOf(expected);
    expect(server.stats.requests).toBe(6);
  });

  it('is told by its code when nobody listens', async () => {
    const server = await serve(() => undefined);
    for (const close of closers.splice(0)) await close();
    const error = await failure(connect(server).marketplace.listCategories());
    expect(error).toBeInstanceOf(MarketplaceUnavailableError);
    expect((error as Error).message).toContain('ECONNREFUSED');
  });
});

describe('the token', () => {
  it('is renewed when it expires in the middle', async () => {
    const server = await simulate({ token: ['first', 'second'] });
    server.faults.add({ kind: 'expired_token', route: 'skills', after: 1 });
    const asked: boolean[] = [];
    let current = 'first';
    const { marketplace } = connect(server, {
      token: async ({ renew = false } = {}) => {
        asked.push(renew);
        if (renew) current = 'second';
        return current;
      },
    });
    await marketplace.listSkills(1, 10);
    await marketplace.listSkills(2, 10);
    expect(asked.filter(Boolean)).toHaveLength(1);
    expect(server.stats.byStatus.get(401)).toBe(1);
  });

  it('that is wrong fails the call after one renewal', async () => {
    const server = await simulate();
    const error = await failure(connect({ url: server.url, token: 'wrong' }).marketplace.listCategories());
    expect(error).toBeInstanceOf(MarketplaceAuthError);
    expect(server.stats.requests).toBe(2);
  });

  it.each([300, 301, 302, 303, 307, 308])('never follows a redirect elsewhere (%d)', async (code) => {
    const elsewhere = await serve((_, response) => response.end(OK));
    const server = await serve((_, response) => {
      response.writeHead(code, { location: `${elsewhere.url}/api/v1/skills` }).end();
    });
    const error = await failure(connect(server).marketplace.listSkills(1, 10));
    expect(error).toBeInstanceOf(MarketplaceRefusedError);
    expect(error).toMatchObject({ status: code });
    expect(elsewhere.seen.requests).toBe(0);
    expect(server.seen.requests).toBe(1);
  });
});

describe('Retry-After', () => {
  it.each(['seconds', 'http_date'] as const)('is obeyed to the second as %s', async (form) => {
    const server = await simulate();
    server.faults.add({ kind: 'rate_limit', retryAfterSeconds: 1, form, route: 'skills' });
    let sleptMs = 0;
    const { marketplace } = connect(server, {
      sleep: (ms, signal) => {
        sleptMs += ms;
        return realSleep(ms, signal);
      },
    });
    await marketplace.listSkills(1, 10);
    const [first, second] = server.stats.log;
    // Timers and clocks agree to the millisecond at best.
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(999);
    expect(sleptMs).toBeLessThan(2300);
  });

  it('gives a 429 back with its wait where that is too long', async () => {
    const server = await simulate();
    server.faults.add({ kind: 'rate_limit', retryAfterSeconds: 3600 });
    const { marketplace } = connect(server, { remainingMs: () => 20_000 });
    const error = await failure(marketplace.listSkills(1, 10));
    expect(error).toBeInstanceOf(RateLimitedError);
    expect((error as RateLimitedError).retryAfterMs).toBeGreaterThan(3_595_000);
  });
});

describe('the limits of the contract', () => {
  it('are kept so well that the server never has to say 429', async () => {
    // Both sides live by one clock, which jumps to the next timer whenever nothing is under way.
    const clock = createVirtualClock();
    const server = await simulate({ limits: 'contract', now: clock.now });
    let underWay = 0;
    const counting: typeof fetch = async (...input) => {
      underWay += 1;
      try {
        const response = await fetch(...input);
        return new Response(await response.arrayBuffer(), response);
      } finally {
        underWay -= 1;
      }
    };
    const { marketplace } = connect(server, { now: clock.now, sleep: clock.sleep, fetch: counting });

    let done = 0;
    const calls = Array.from({ length: 350 }, () => marketplace.listSkills(1, 10).then(() => (done += 1)));
    const startedAt = clock.now();
    while (done < calls.length) {
      await delay(2);
      if (underWay === 0 && clock.pending() > 0) await clock.advance(250);
    }

    expect(server.stats.rateLimited).toBe(0);
    expect(server.stats.maxPerMinute).toBe(100);
    expect(server.stats.maxConcurrent).toBeLessThanOrEqual(10);
    expect(server.stats.requests).toBe(350);
    expect(clock.now() - startedAt).toBeLessThan(3 * 62_000);
  });
});
