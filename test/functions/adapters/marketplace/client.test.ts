import { describe, expect, it } from 'vitest';
import { createMarketplace } from '#adapters/marketplace/client.ts';
import {
  MalformedAnswerError,
  MarketplaceRefusedError,
  MarketplaceUnavailableError,
  TokenUnavailableError,
} from '#core/errors.ts';
import { createHarness, failure, gaps, json, SECRET, status } from './harness.ts';

const page = { skills: [{ skill_id: 'a' }, null, 7], page: 2, page_size: 3, total: 10, total_pages: 4 };

/** What a page of ten comes to when the server answers this. */
async function listed(answer: unknown) {
  const { clock, marketplace } = createHarness([() => json(answer)]);
  return clock.run(marketplace.listSkills(2, 5));
}

async function listingFailure(answer: unknown): Promise<unknown> {
  const { clock, marketplace } = createHarness([() => json(answer)]);
  return clock.run(failure(marketplace.listSkills(2, 5)));
}

describe('listSkills', () => {
  it('asks for the page with the token', async () => {
    const { calls, marketplace } = createHarness([() => json(page)]);
    await marketplace.listSkills(2, 5);
    expect(calls[0]!.url.href).toBe('https://api.example.test/api/v1/skills?page=2&page_size=5');
    expect(calls[0]!.authorization).toBe(`Bearer ${SECRET}`);
  });

  it.each([
    ['https://h.test', 'https://h.test/api/v1/categories'],
    ['https://h.test/', 'https://h.test/api/v1/categories'],
    ['https://h.test/market//', 'https://h.test/market/api/v1/categories'],
    ['https://h.test/market?key=1#x', 'https://h.test/market/api/v1/categories'],
  ])('puts the path behind the base URL %s', async (baseUrl, expected) => {
    const { calls, marketplace } = createHarness([() => json([])], { baseUrl });
    await marketplace.listCategories();
    expect(calls[0]!.url.href).toBe(expected);
  });

  it('hands on the records as they came, broken ones too, and what the server applied', async () => {
    const { marketplace, clock } = createHarness([() => json(page)]);
    expect(await marketplace.listSkills(2, 5)).toEqual({
      records: page.skills,
      page: 2,
      pageSize: 3,
      total: 10,
      totalPages: 4,
      requestedAt: clock.now(),
    });
  });

  it('derives what is missing from the total and the size that was asked for', async () => {
    const expected = { page: 2, pageSize: 5, total: 11, totalPages: 3 };
    expect(await listed({ skills: [], total: 11 })).toMatchObject(expected);
    expect(await listed({ skills: [], total: 11, page: null, page_size: 0 })).toMatchObject(expected);
    expect(await listed({ skills: [], total: 11, page_size: 2 })).toMatchObject({
      pageSize: 2,
      totalPages: 6,
    });
    expect(await listed({ skills: [], total: 0 })).toMatchObject({ total: 0, totalPages: 0 });
  });

  it.each([
    ['no envelope', null],
    ['a bare array', []],
    ['a string', 'skills'],
    ['no skills', { total: 1 }],
    ['skills that are no list', { skills: {}, total: 1 }],
    ['skills that are null', { skills: null, total: 1 }],
    ['no total', { skills: [] }],
    ['a negative total', { skills: [], total: -1 }],
    ['a broken total', { skills: [], total: 1.5 }],
    ['a total beyond all numbers', { skills: [], total: 1e300 }],
    ['a total in words', { skills: [], total: '12' }],
    ['a page in words', { skills: [], total: 12, page: '2' }],
    ['another page', { skills: [], total: 12, page: 3 }],
    ['negative pages', { skills: [], total: 12, total_pages: -1 }],
    ['a broken page size', { skills: [], total: 12, page_size: 0.5 }],
  ])('refuses an answer with %s', async (_, answer) => {
    expect(await listingFailure(answer)).toBeInstanceOf(MalformedAnswerError);
  });
});

describe('Content-Length', () => {
  it('is enough to refuse an answer that is too large, without waiting for it', async () => {
    const endless = () => new Response(new ReadableStream(), { headers: { 'content-length': '1001' } });
    const { clock, calls, marketplace } = createHarness([endless], { maxResponseBytes: 1000 });
    const error = await clock.run(failure(marketplace.listSkills(1, 10)));
    expect(error).toBeInstanceOf(MalformedAnswerError);
    expect(gaps(calls)).toEqual([1000, 2000, 4000, 8000, 16_000]);
  });

  const reply = (headers: Record<string, string>) => () =>
    new Response('{"skills":[],"total":0}', { headers });

  it.each(['22', '24'])(
    'tells that an answer of 23 bytes is not the whole one when it says %s',
    async (length) => {
      const { clock, marketplace } = createHarness([reply({ 'content-length': length })]);
      const error = await clock.run(failure(marketplace.listSkills(1, 10)));
      expect(error).toBeInstanceOf(MarketplaceUnavailableError);
      expect((error as Error).message).toContain(`cut off after 23 of ${length} bytes`);
    },
  );

  it.each([
    { 'content-length': '23' },
    { 'content-length': 'many' },
    { 'content-length': '12', 'content-encoding': 'gzip' },
  ])('tells nothing when it is %o', async (headers) => {
    const { marketplace } = createHarness([reply(headers as Record<string, string>)]);
    expect((await marketplace.listSkills(1, 10)).total).toBe(0);
  });
});

describe('listCategories', () => {
  it.each([
    ['in an envelope', { categories: [{ name: 'x' }, 1], more: true }],
    ['bare', [{ name: 'x' }, 1]],
  ])('takes a list %s', async (_, answer) => {
    const { clock, marketplace } = createHarness([() => json(answer)]);
    expect(await marketplace.listCategories()).toEqual({
      records: [{ name: 'x' }, 1],
      requestedAt: clock.now(),
    });
  });

  it.each([[null], [{}], [{ categories: {} }], ['none'], [5]])('refuses %j', async (answer) => {
    const { clock, marketplace } = createHarness([() => json(answer)]);
    expect(await clock.run(failure(marketplace.listCategories()))).toBeInstanceOf(MalformedAnswerError);
  });
});

describe('the limits', () => {
  it('count a request from when its headers came, however long its body takes', async () => {
    const { clock, calls, deps } = createHarness([
      async () => {
        await clock.sleep(2000);
        const body = new ReadableStream({
          pull: async (stream) => {
            await clock.sleep(10_000);
            stream.enqueue(Buffer.from('[]'));
            stream.close();
          },
        });
        return new Response(body);
      },
    ]);
    const marketplace = createMarketplace({ ...deps, limits: { perMinute: 1, concurrent: 2 } });
    await clock.run(Promise.all([marketplace.listCategories(), marketplace.listCategories()]));
    expect(gaps(calls)).toEqual([62_250]);
  });
});

describe('getSkill', () => {
  it('answers the record as it came, whatever its fields are called', async () => {
    const text = '{"id":"a","__proto__":{"x":1},"ratings":[{"rating":5}],"odd":null}';
    const { clock, marketplace } = createHarness([() => new Response(text)]);
    const answer = await marketplace.getSkill('a');
    expect(JSON.stringify(answer?.record)).toBe(text);
    expect(answer?.requestedAt).toBe(clock.now());
  });

  it('answers undefined for a skill that is not known', async () => {
    const { calls, marketplace } = createHarness([() => status(404)]);
    expect(await marketplace.getSkill('a')).toBeUndefined();
    expect(calls).toHaveLength(1);
  });

  it.each([
    ['a/b', '/api/v1/skills/a%2Fb'],
    ['../tokens', '/api/v1/skills/..%2Ftokens'],
    ['...', '/api/v1/skills/...'],
    ['%2e%2e', '/api/v1/skills/%252e%252e'],
    ['a?b#c', '/api/v1/skills/a%3Fb%23c'],
    ['Überprüfung 技', '/api/v1/skills/%C3%9Cberpr%C3%BCfung%20%E6%8A%80'],
    ['a\\b\n', '/api/v1/skills/a%5Cb%0A'],
  ])('asks for %j in one segment', async (id, path) => {
    const { calls, marketplace } = createHarness([() => json({})]);
    await marketplace.getSkill(id);
    expect(calls[0]!.url.pathname).toBe(path);
    expect(calls[0]!.url.search).toBe('');
  });

  it.each(['', '.', '..', 'half a pair \ud800'])('refuses the id %j without asking', async (id) => {
    const { calls, marketplace } = createHarness([() => json({})]);
    expect(await failure(marketplace.getSkill(id))).toBeInstanceOf(MarketplaceRefusedError);
    expect(calls).toHaveLength(0);
  });

  it.each([[null], [[]], ['a'], [1]])('refuses %j as a record', async (answer) => {
    const { clock, marketplace } = createHarness([() => json(answer)]);
    expect(await clock.run(failure(marketplace.getSkill('a')))).toBeInstanceOf(MalformedAnswerError);
  });
});

describe('createMarketplace', () => {
  it.each(['nonsense', 'https://user@h.test', 'https://:pw@h.test'])('refuses the base URL %s', (baseUrl) => {
    const { deps } = createHarness([]);
    expect(() => createMarketplace({ ...deps, baseUrl })).toThrow(TypeError);
  });

  it.each(['', 'two words', 'line\nbreak', 'ünicode'])('never hands fetch the token %j', async (token) => {
    const { calls, marketplace } = createHarness([], { token: async () => token });
    const error = await failure(marketplace.listSkills(1, 10));
    expect(error).toBeInstanceOf(TokenUnavailableError);
    if (token !== '') expect(String(error)).not.toContain(token);
    expect(calls).toHaveLength(0);
  });
});
