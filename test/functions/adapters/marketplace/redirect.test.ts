import { describe, expect, it } from 'vitest';
import { slashRedirect } from '#adapters/marketplace/redirect.ts';
import { createMarketplaceHttp } from '#adapters/marketplace/request.ts';
import { MalformedAnswerError, MarketplaceRefusedError } from '#core/errors.ts';
import { createHarness, emptyPage, failure, json, type Reply, SECRET, status } from './harness.ts';

const BASE = 'https://api.example.test';
const SKILLS = new URL(`${BASE}/api/v1/skills?page=1&page_size=10`);

/** A server that wants a slash at the end of each path, or wants none. */
function wanting(slash: boolean, code: number): Reply {
  return ({ url }) => {
    if (url.pathname.endsWith('/') === slash) return json(emptyPage);
    const there = new URL(url);
    there.pathname = slash ? `${url.pathname}/` : url.pathname.slice(0, -1);
    return status(code, { location: there.href });
  };
}

describe('A redirect to the same address with a slash', () => {
  it.each([301, 302, 307, 308])('is followed with query and token: %d', async (code) => {
    const { clock, calls, marketplace } = createHarness([wanting(true, code)]);
    await clock.run(marketplace.listSkills(1, 10));
    expect(calls.map(({ url }) => `${url.pathname}${url.search}`)).toEqual([
      '/api/v1/skills?page=1&page_size=10',
      '/api/v1/skills/?page=1&page_size=10',
    ]);
    expect(calls[1]?.authorization).toBe(`Bearer ${SECRET}`);
    expect(clock.pending()).toBe(0);
  });

  it('is followed without a slash as well, and by a relative address without a query', async () => {
    const base = createHarness([
      ({ url }) => (url.pathname === '/sub/' ? status(308, { location: '/sub' }) : json({})),
    ]);
    const http = createMarketplaceHttp({ ...base.deps });
    await base.clock.run(http.call({ method: 'GET', path: '/sub/', query: { a: 'b c' }, parse: () => true }));
    expect(base.calls.map(({ url }) => url.pathname + url.search)).toEqual(['/sub/?a=b+c', '/sub?a=b+c']);
  });

  it('is remembered: the pages behind cost one request each', async () => {
    const { clock, calls, marketplace } = createHarness([wanting(true, 307)]);
    for (let page = 1; page <= 5; page += 1) await clock.run(failureOrPage(marketplace.listSkills(page, 10)));
    expect(calls.filter(({ url }) => !url.pathname.endsWith('/'))).toHaveLength(1);
  });

  it.each([404, 405, 410, 501])('is forgotten when the server knows it no more: %d', async (gone) => {
    const slash = wanting(true, 308);
    let wantsSlash = true;
    const { clock, calls, marketplace } = createHarness([
      (asked) => {
        if (wantsSlash) return slash(asked);
        return asked.url.pathname.endsWith('/') ? status(gone) : json(emptyPage);
      },
    ]);
    await clock.run(marketplace.listSkills(1, 10));
    await clock.run(marketplace.getSkill('csv').catch(() => undefined));
    wantsSlash = false;
    calls.length = 0;
    const skill = await clock.run(marketplace.getSkill('csv'));
    await clock.run(marketplace.listSkills(1, 10));
    expect(skill).toMatchObject({ record: expect.any(Object) });
    expect(calls.map(({ url }) => url.pathname)).toEqual([
      ...['/api/v1/skills/csv/', '/api/v1/skills/csv'],
      ...['/api/v1/skills/', '/api/v1/skills'],
    ]);
  });

  it('takes a place of the limit for each request', async () => {
    const { clock, calls, marketplace } = createHarness([wanting(true, 307)], {
      limits: { perMinute: 1, concurrent: 1 },
    });
    await clock.run(marketplace.listSkills(1, 10));
    expect(calls[1]!.at - calls[0]!.at).toBeGreaterThanOrEqual(60_000);
  });

  it.each([
    [307, 2],
    [308, 2],
    [301, 1],
    [302, 1],
    [303, 1],
  ])('sends a POST again with its body only where the method is kept: %d', async (code, requests) => {
    const bodies: unknown[] = [];
    const { clock, deps } = createHarness([wanting(true, code)]);
    const http = createMarketplaceHttp({
      ...deps,
      fetch: (input, init) => {
        bodies.push(init?.body);
        return deps.fetch(input, init);
      },
    });
    const call = http.call({
      method: 'POST',
      path: '/api/v1/ratings',
      body: { a: 1 },
      maxRetries: 0,
      parse: () => 1,
    });
    const outcome = await clock.run(call.catch((error: unknown) => error));
    if (requests === 1) expect(outcome).toBeInstanceOf(MarketplaceRefusedError);
    expect(bodies).toEqual(Array.from({ length: requests }, () => '{"a":1}'));
  });

  it('ends when it leads in a circle', async () => {
    const { clock, calls, marketplace } = createHarness([
      ({ url }) => {
        const there = new URL(url);
        there.pathname = url.pathname.endsWith('/') ? url.pathname.slice(0, -1) : `${url.pathname}/`;
        return status(307, { location: there.href });
      },
    ]);
    const error = await clock.run(failure(marketplace.listSkills(1, 10)));
    expect(error).toBeInstanceOf(MarketplaceRefusedError);
    expect(error).toMatchObject({ status: 307 });
    expect(calls.length).toBeLessThanOrEqual(4);
  });
});

/** A page of a server that answers page 1 whatever is asked for. */
async function failureOrPage(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error);
}

describe('Any other redirect', () => {
  it.each([
    ['another host', 'https://evil.example.test/api/v1/skills/?page=1&page_size=10'],
    ['another port', 'https://api.example.test:8443/api/v1/skills/?page=1&page_size=10'],
    ['less safety', 'http://api.example.test/api/v1/skills/?page=1&page_size=10'],
    ['somebody else’s name', 'https://user:pass@api.example.test/api/v1/skills/?page=1&page_size=10'],
    ['a host by a double slash', '//evil.example.test/api/v1/skills/'],
    ['another path', '/api/v2/skills/'],
    ['two slashes', '/api/v1/skills//'],
    ['another query', '/api/v1/skills/?page=2&page_size=10'],
    ['itself', '/api/v1/skills'],
    ['no address', 'https://'],
    ['nowhere', null],
  ])('is not followed: to %s', async (_, location) => {
    expect(slashRedirect(SKILLS, 'GET', 307, location)).toBeUndefined();
    const headers: Record<string, string> = location === null ? {} : { location };
    const { clock, calls, marketplace } = createHarness([() => status(307, headers)]);
    const error = await clock.run(failure(marketplace.listSkills(1, 10)));
    expect(error).toBeInstanceOf(MarketplaceRefusedError);
    expect((error as Error).message).toContain('Set ATOM_SAAS_API_URL');
    expect(calls).toHaveLength(1);
  });
});

describe('304', () => {
  it('is no redirect, but an answer that makes no sense, and tried again', async () => {
    const { clock, calls, marketplace } = createHarness([() => new Response(null, { status: 304 })]);
    const error = await clock.run(failure(marketplace.listSkills(1, 10)));
    expect(error).toBeInstanceOf(MalformedAnswerError);
    expect((error as Error).message).toMatch(/304 \(not modified\), though nothing was asked on a condition/);
    expect((error as Error).message).not.toContain('redirect');
    expect(calls).toHaveLength(6);
  });
});
