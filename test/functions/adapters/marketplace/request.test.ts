import { describe, expect, it, vi } from 'vitest';
import type { RateLimiter } from '#adapters/marketplace/rate-limiter.ts';
import {
  createMarketplaceHttp,
  type MarketplaceCall,
  type MarketplaceHttpDeps,
} from '#adapters/marketplace/request.ts';
import {
  MalformedAnswerError,
  MarketplaceAuthError,
  MarketplaceRefusedError,
  MarketplaceUnavailableError,
  OutOfTimeError,
  RateLimitedError,
  TokenUnavailableError,
} from '#core/errors.ts';
import { createHarness, createTokenSpy, failure, json, type Reply, status } from './harness.ts';

const CALL: MarketplaceCall<unknown> = { method: 'GET', path: '/api/v1/things', parse: (value) => value };

/** The way to a server that gives these replies, with what was sent. */
function createHttp(replies: readonly Reply[], overrides: Partial<MarketplaceHttpDeps> = {}) {
  const harness = createHarness(replies, overrides);
  const sent: RequestInit[] = [];
  const fetchNoted = ((url: URL, init: RequestInit) => {
    sent.push(init);
    return harness.deps.fetch(url, init);
  }) as typeof fetch;
  return { ...harness, sent, http: createMarketplaceHttp({ ...harness.deps, fetch: fetchNoted }) };
}

/** How one call without retries ends. */
async function failureOf(reply: Reply, overrides: Partial<MarketplaceHttpDeps> = {}) {
  const { clock, http } = createHttp([reply], overrides);
  return clock.run(failure(http.call({ ...CALL, maxRetries: 0 })));
}

describe('Function: createMarketplaceHttp', () => {
  it.each(['https://dana@h.test', 'https://:pw@h.test', 'h.test'])('refuses the base URL %s', (baseUrl) => {
    const { deps } = createHarness([]);

    expect(() => createMarketplaceHttp({ ...deps, baseUrl })).toThrow(TypeError);
  });

  it('sends a body as JSON, and says so only where there is one', async () => {
    const { http, sent, calls } = createHttp([() => json({})], { baseUrl: 'https://h.test/market/?key=1#x' });

    await http.call({ ...CALL, method: 'PUT', query: { page: 2 }, body: { a: 1 } });
    await http.call(CALL);

    expect(calls.map(({ url }) => url.href)).toEqual([
      'https://h.test/market/api/v1/things?page=2',
      'https://h.test/market/api/v1/things',
    ]);
    expect(sent).toMatchObject([
      { method: 'PUT', body: '{"a":1}', headers: { 'content-type': 'application/json' } },
      { method: 'GET', body: undefined },
    ]);
    expect(sent[1]?.headers).not.toHaveProperty('content-type');
    // Left to `fetch`, a redirect would take the token along.
    expect(sent.map(({ redirect }) => redirect)).toEqual(['manual', 'manual']);
  });

  it('says when the request left, and how far the other clock is ahead', async () => {
    const { clock, http } = createHttp([
      () => json({ a: 1 }, { headers: { date: new Date(clock.now() + 60_000).toUTCString() } }),
    ]);

    expect(await http.call(CALL)).toMatchObject({ value: { a: 1 }, requestedAt: clock.now() });
    expect((await http.call(CALL)).clockAheadMs).toBeGreaterThan(50_000);
  });

  it('takes a status for an answer where the call says what it means', async () => {
    const { http } = createHttp([() => status(404), () => status(201)]);
    const answers = new Map([
      [404, 'gone'],
      [201, 'made'],
    ]);

    const values = [await http.call({ ...CALL, answers }), await http.call({ ...CALL, answers })];

    expect(values.map(({ value }) => value)).toEqual(['gone', 'made']);
  });

  it.each([
    [304, {}, MalformedAnswerError],
    [401, {}, MarketplaceAuthError],
    [403, {}, MarketplaceAuthError],
    [403, { 'retry-after': '5' }, MarketplaceUnavailableError],
    [404, { 'retry-after': '5' }, MarketplaceRefusedError],
    [408, {}, MarketplaceUnavailableError],
    [413, {}, MarketplaceRefusedError],
    [413, { 'retry-after': '5' }, MarketplaceUnavailableError],
    [429, {}, RateLimitedError],
    [500, {}, MarketplaceUnavailableError],
  ])('takes %i with %j for what it is', async (code, headers, type) => {
    // A body is no part of a 304.
    const reply = () => new Response(code === 304 ? null : '{}', { status: code, headers });

    expect(await failureOf(reply)).toBeInstanceOf(type);
  });

  it.each([
    [429, { 'retry-after': '7' }, [[7_000, undefined]]],
    [503, { 'retry-after': '8' }, [[8_000, 503]]],
    [503, {}, []],
  ])('has the limiter pause for as long as %i with %j asks for', async (code, headers, expected) => {
    const pauses: unknown[] = [];
    const acquire = vi.fn<RateLimiter['acquire']>().mockRejectedValue(new OutOfTimeError('No permit.'));
    acquire.mockResolvedValueOnce({ sent() {}, answered() {}, release() {} });
    const limiter = {
      acquire,
      pause: (...[ms, why]) => void pauses.push([ms, why?.status]),
    } satisfies RateLimiter;

    await failureOf(() => status(code, headers), { limiter });

    expect(pauses).toEqual(expected);
  });

  it('follows a path that moved by a slash, and forgets where it was once that is not known', async () => {
    const moved = () => status(308, { location: 'https://api.example.test/api/v1/things/' });
    const { clock, http, calls } = createHttp([moved, () => json(1), () => status(404), () => json(2)]);

    const values = [await clock.run(http.call(CALL)), await clock.run(http.call(CALL))];

    expect(values.map(({ value }) => value)).toEqual([1, 2]);
    const slash = ['', '/', '/', ''].map((end) => `/api/v1/things${end}`);
    expect(calls.map(({ url }) => url.pathname)).toEqual(slash);
  });
});

describe('Function: createMarketplaceHttp, the token', () => {
  it.each(['', 'a b', 'a\n', 'ä'])('is not sent where no header can carry it: %j', async (token) => {
    const { http, calls } = createHttp([() => json(1)], { token: async () => token });

    expect(await failure(http.call(CALL))).toBeInstanceOf(TokenUnavailableError);
    expect(calls).toEqual([]);
  });

  it('is renewed where the source still has the one that was refused', async () => {
    const { calls: asked, token } = createTokenSpy('old', 'new');
    const { clock, http, calls } = createHttp([() => status(401), () => json(1)], { token });

    await clock.run(http.call(CALL));

    expect(calls.map(({ authorization }) => authorization)).toEqual(['Bearer old', 'Bearer new']);
    expect(asked).toEqual(['plain', 'plain', 'renew']);
  });

  it('is not renewed where another call has had it renewed', async () => {
    const { calls: asked, token } = createTokenSpy('old', 'new');
    const refuse = async () => {
      await token({ renew: true });
      return status(401);
    };
    const { clock, http, calls } = createHttp([refuse, () => json(1)], { token });

    await clock.run(http.call(CALL));

    expect(calls.map(({ authorization }) => authorization)).toEqual(['Bearer old', 'Bearer new']);
    expect(asked).toEqual(['plain', 'renew', 'plain']);
  });
});

describe('Function: createMarketplaceHttp, its time', () => {
  const silent: Reply = ({ signal }) =>
    new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));

  it('is up after the time-out, which is the marketplace’s failure', async () => {
    expect(await failureOf(silent, { timeoutMs: 500 })).toMatchObject({
      constructor: MarketplaceUnavailableError,
      message: expect.stringContaining('500 ms'),
    });
  });

  it('is up when the invocation’s is, but for what is reserved, which is nobody’s failure', async () => {
    const startedAt = createHarness([]).clock.now();
    const { clock, http } = createHttp([silent], { remainingMs: () => 5_000, reserveMs: 4_000 });

    const error = await clock.run(failure(http.call({ ...CALL, maxRetries: 0 })));

    expect(error).toBeInstanceOf(OutOfTimeError);
    expect(clock.now() - startedAt).toBe(1_000);
  });

  it('is up before anything is sent where only the reserve is left', async () => {
    const { clock, http, calls } = createHttp([silent], { remainingMs: () => 3_000 });

    expect(await clock.run(failure(http.call(CALL)))).toBeInstanceOf(OutOfTimeError);
    expect(calls).toEqual([]);
  });

  it('ends with the reason of the caller who stops it', async () => {
    const { clock, http } = createHttp([silent]);
    const controller = new AbortController();
    const ended = failure(http.call({ ...CALL, signal: controller.signal }));
    await clock.advance(1);
    const reason = new Error('stopped');

    controller.abort(reason);

    expect(await ended).toBe(reason);
    expect(clock.pending()).toBe(0);
  });
});
