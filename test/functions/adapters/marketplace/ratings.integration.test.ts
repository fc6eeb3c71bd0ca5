import { describe, expect, it } from 'vitest';
import { createRatingMarket } from '#adapters/marketplace/ratings.ts';
import { createMarketplaceHttp, type MarketplaceHttpDeps } from '#adapters/marketplace/request.ts';
import {
  MalformedAnswerError,
  MarketplaceRefusedError,
  MarketplaceUnavailableError,
  RateLimitedError,
} from '#core/errors.ts';
import { createLogSpy } from './harness.ts';
import { realSleep, serve, simulate } from './real-servers.ts';

const KEY = { skillId: 'a', userId: 'dana' };

function ratingsOf(url: string, token = 'local-marketplace-token', over: Partial<MarketplaceHttpDeps> = {}) {
  const log = createLogSpy();
  const http = createMarketplaceHttp({
    baseUrl: url,
    token: async () => token,
    fetch,
    now: Date.now,
    sleep: realSleep,
    random: () => 0.5,
    timeoutMs: 2_000,
    log,
    ...over,
  });
  return { log, market: createRatingMarket(http) };
}

const start = async () => {
  const server = await simulate({ catalog: { skills: [{ skill_id: 'a', name: 'A' }] } });
  return { server, ...ratingsOf(server.url) };
};

describe('The marketplace’s ratings', () => {
  it('are added, changed and listed', async () => {
    const { market } = await start();
    const added = await market.add(KEY, { rating: 4, comment: 'ok' });
    expect(added).toMatchObject({
      kind: 'taken',
      theirs: { ...{ userId: 'dana', rating: 4, comment: 'ok' } },
    });
    if (added.kind !== 'taken') throw new Error('not taken');
    expect(added.theirs.stamp).toMatch(/^\d{4}-/);
    expect(await market.add(KEY, { rating: 5 })).toEqual({ kind: 'exists' });
    const id = added.theirs.ratingId!;
    expect(await market.update(KEY, id, { rating: 1 })).toMatchObject({
      kind: 'taken',
      theirs: { rating: 1 },
    });
    expect(await market.update(KEY, 'other', { rating: 1 })).toEqual({ kind: 'not_updated' });
    expect((await market.ofSkill('a'))?.ratings).toMatchObject([{ userId: 'dana', ratingId: id, rating: 1 }]);
    expect(await market.ofSkill('none')).toBeUndefined();
  });

  it.each([
    ['a broken connection', { kind: 'reset' }, MarketplaceUnavailableError],
    ['a 500', { kind: 'status', status: 500 }, MarketplaceUnavailableError],
    ['an answer that is no JSON', { kind: 'garbage' }, MalformedAnswerError],
    ['a 429 that does not say how long', { kind: 'status', status: 429 }, RateLimitedError],
    ['a 400', { kind: 'status', status: 400 }, MarketplaceRefusedError],
  ] as const)('are sent once, whatever comes back: %s', async (_what, fault, error) => {
    const { server, market } = await start();
    server.faults.add({ ...fault, times: 'always', route: 'add_rating' });
    await expect(market.add(KEY, { rating: 4 })).rejects.toThrow(error);
    expect(server.stats.byRoute.add_rating).toBe(1);
  });

  it('are sent again after a 429 that says how long, for nothing was done', async () => {
    const { server, market } = await start();
    server.faults.add({ kind: 'rate_limit', retryAfterSeconds: 0.05, route: 'add_rating' });
    expect(await market.add(KEY, { rating: 4 })).toMatchObject({ kind: 'taken' });
    expect(server.stats.byRoute.add_rating).toBe(2);
  });

  it('are sent again with the new token after a 401', async () => {
    const { server } = await start();
    server.tokens.accept('new');
    const token: MarketplaceHttpDeps['token'] = async ({ renew = false } = {}) => (renew ? 'new' : 'old');
    const { market } = ratingsOf(server.url, '', { token });
    expect(await market.add(KEY, { rating: 4 })).toMatchObject({ kind: 'taken' });
    expect(server.ratings.list()).toHaveLength(1);
  });

  it('refuse an answer that speaks of another rating', async () => {
    const body = {
      success: true,
      rating_id: 'r',
      skill_id: 'a',
      rating: 5,
      created_at: '2026-02-19T10:30:00Z',
    };
    const { url } = await serve((_request, response) => response.end(JSON.stringify(body)));
    await expect(ratingsOf(url).market.add(KEY, { rating: 4 })).rejects.toThrow(MalformedAnswerError);
  });

  it.each([
    ['success_false', MalformedAnswerError],
    ['success_string', MalformedAnswerError],
    ['success_missing', MalformedAnswerError],
    ['error_beside', MalformedAnswerError],
    ['skill_other', MalformedAnswerError],
    ['skill_missing', MalformedAnswerError],
    ['rating_other', MalformedAnswerError],
    ['rating_missing', MalformedAnswerError],
    ['user_other', MalformedAnswerError],
    ['comment_other', MalformedAnswerError],
    ['empty_object', MalformedAnswerError],
    ['null', MalformedAnswerError],
    ['array', MalformedAnswerError],
    ['string', MalformedAnswerError],
    ['number', MalformedAnswerError],
  ] as const)('refuse an answer of the shape %s, which confirms nothing', async (shape, error) => {
    const { server, market } = await start();
    server.faults.add({ kind: 'shape', shape, route: 'add_rating' });
    await expect(market.add(KEY, { rating: 4 })).rejects.toThrow(error);
    expect(server.stats.byRoute.add_rating).toBe(1);
    const id = server.ratings.list()[0]!.rating_id;
    for (const put of [shape, 'rating_id_other'] as const) {
      server.faults.add({ kind: 'shape', shape: put, route: 'update_rating' });
      await expect(market.update(KEY, id, { rating: 2 })).rejects.toThrow(error);
    }
    expect(server.stats.byRoute.update_rating).toBe(2);
  });

  it('tell how far the marketplace’s clock is off, by its Date, and nothing within two seconds', async () => {
    const offsets = [0, 1_000, 3_600_000, -7_200_000];
    const { url } = await serve((_request, response) => {
      response.setHeader('date', new Date(Date.now() + (offsets[0] ?? 0)).toUTCString());
      response.end('{"ratings":[]}');
    });
    const { market } = ratingsOf(url);
    for (const expected of [0, 0, 3_600_000, -7_200_000]) {
      const { clockAheadMs } = (await market.ofSkill('a'))!;
      expect(Math.abs(clockAheadMs - expected)).toBeLessThanOrEqual(expected === 0 ? 0 : 2_000);
      offsets.shift();
    }
  });

  it('leave out what is no rating, and take a skill without any', async () => {
    const answers = [
      '{"skill_id":"a","ratings":[null,7,{"user_id":"x"},{"user_id":"dana","rating":3}]}',
      '{"skill_id":"a"}',
      '{"id":"a","ratings":null}',
    ];
    const { url } = await serve((_request, response) => response.end(answers.shift()));
    const { market } = ratingsOf(url);
    const first = await market.ofSkill('a');
    expect(first?.ratings).toEqual([{ userId: 'dana', rating: 3 }]);
    expect(first?.unreadable).toMatchObject([
      {},
      {},
      { userId: 'x', fault: expect.stringMatching(/^rating: /) },
    ]);
    expect((await market.ofSkill('a'))?.ratings).toEqual([]);
    expect((await market.ofSkill('a'))?.ratings).toEqual([]);
  });
});
