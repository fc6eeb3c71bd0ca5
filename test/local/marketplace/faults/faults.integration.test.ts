import { describe, expect, it } from 'vitest';
import { WRONG_SHAPES } from '#local/marketplace/faults/wrong-shapes.ts';
import { ask, call, failureOf, startForTest, startWith } from '#test/local/marketplace/marketplace-client.ts';

const PAGE_1 = '/api/v1/skills?page=1&page_size=10';
const PAGE_2 = '/api/v1/skills?page=2&page_size=10';

describe('which requests a fault hits', () => {
  it('hits the page so many times after so many', async () => {
    const marketplace = await startWith({
      kind: 'status',
      status: 503,
      route: 'skills',
      page: 2,
      times: 2,
      after: 1,
    });
    const statuses = [];
    for (const path of [PAGE_2, PAGE_1, PAGE_2, PAGE_2, PAGE_2])
      statuses.push((await ask(marketplace, path)).status);

    expect(statuses).toEqual([200, 200, 503, 503, 200]);
    expect(marketplace.faults.list()).toEqual([]);
  });

  it('hits by method and path, once by default, or until it is cleared', async () => {
    const marketplace = await startWith({ kind: 'status', status: 500, method: 'post', path: '/api/v1/ra' });
    const id = marketplace.faults.add({
      kind: 'status',
      status: 403,
      route: 'categories',
      times: Number.POSITIVE_INFINITY,
    });

    expect((await ask(marketplace, PAGE_1)).status).toBe(200);
    expect((await ask(marketplace, '/api/v1/ratings', { method: 'POST', json: {} })).status).toBe(500);
    expect((await ask(marketplace, '/api/v1/ratings', { method: 'POST', json: {} })).status).toBe(400);
    for (let turn = 0; turn < 5; turn += 1)
      expect((await ask(marketplace, '/api/v1/categories')).status).toBe(403);
    expect(marketplace.faults.list()).toMatchObject([{ id, hits: 5, left: Number.POSITIVE_INFINITY }]);
    expect(marketplace.faults.clear(id)).toBe(1);
    expect((await ask(marketplace, '/api/v1/categories')).status).toBe(200);
  });

  it('meets one ending at a time, in the order they were added', async () => {
    const marketplace = await startWith({ kind: 'status', status: 500 }, { kind: 'status', status: 502 });
    expect([(await ask(marketplace, PAGE_1)).status, (await ask(marketplace, PAGE_1)).status]).toEqual([
      500, 502,
    ]);
  });
});

describe('pages of another size than was asked for', () => {
  it('keeps silent about it, or says so, and counts on as it gives', async () => {
    const marketplace = await startWith({ kind: 'clamp', rows: 4, route: 'skills', times: 'always' });
    const ids = marketplace.catalog.ids();
    const idsOf = (body: { skills: { skill_id: string }[] }) => body.skills.map(({ skill_id }) => skill_id);

    const { body } = await ask(marketplace, PAGE_2);
    expect(body).toMatchObject({ page: 2, page_size: 10, total: 25, total_pages: 3 });
    expect(idsOf(body)).toEqual(ids.slice(4, 8));
    expect((await ask(marketplace, '/api/v1/skills?page=7&page_size=10')).body.skills).toHaveLength(1);

    marketplace.faults.clear();
    marketplace.faults.add({ kind: 'clamp', rows: 4, says: 'given' });
    marketplace.faults.add({ kind: 'total', delta: 1 });
    const honest = await ask(marketplace, PAGE_1);
    expect(honest.body).toMatchObject({ page: 1, page_size: 4, total: 26, total_pages: 7 });
    expect(idsOf(honest.body)).toEqual(ids.slice(0, 4));
  });
});

describe('answers that are spoilt', () => {
  it('sends the body and headers that a status fault carries', async () => {
    const marketplace = await startWith({
      kind: 'status',
      status: 503,
      body: 'down',
      headers: { 'content-type': 'text/plain' },
    });
    const response = await call(marketplace, PAGE_1);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      503,
      'text/plain',
      'down',
    ]);
  });

  it.each(['length', 'chunked'] as const)(
    'breaks the body off in the middle when cut by %s',
    async (mode) => {
      const marketplace = await startWith({ kind: 'cut', mode });

      const response = await call(marketplace, PAGE_1);

      expect([response.status, response.headers.has('content-length')]).toEqual([200, mode === 'length']);
      const received: Uint8Array[] = [];
      const read = async () => {
        for await (const chunk of response.body!) received.push(chunk);
      };
      await expect(read()).rejects.toThrow('terminated');
      expect(Buffer.concat(received).toString()).toMatch(/^\{"skills":\[\{/);
      expect((await ask(marketplace, PAGE_1)).body.skills).toHaveLength(10);
    },
  );

  it('cuts nothing but the JSON when cut cleanly', async () => {
    const marketplace = await startWith({ kind: 'cut', mode: 'clean', share: 0.3 });
    const text = await (await call(marketplace, PAGE_1)).text();
    expect(text.startsWith('{"skills":[{')).toBe(true);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  it('resets, or never answers until the server closes', async () => {
    const marketplace = await startWith({ kind: 'reset' }, { kind: 'hang' });
    expect(await failureOf(call(marketplace, PAGE_1))).toBe('ECONNRESET');
    const hanging = failureOf(call(marketplace, PAGE_1));
    await expect.poll(() => marketplace.stats.inFlight).toBe(1);
    await marketplace.close();
    expect(await hanging).not.toBe('answered');
    expect(marketplace.stats.log.map(({ status, fault }) => [status, fault])).toEqual([
      [0, 'reset'],
      [0, 'hang'],
    ]);
  });

  it('says HTML or something that is not JSON with 200', async () => {
    const marketplace = await startWith({ kind: 'html' }, { kind: 'garbage' });
    const html = await call(marketplace, PAGE_1);
    expect([html.status, html.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await html.text()).toContain('<html>');
    const garbage = await call(marketplace, PAGE_1);
    expect(garbage.headers.get('content-type')).toContain('application/json');
    const text = await garbage.text();
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  it.each(WRONG_SHAPES)('answers valid JSON of the shape %s', async (shape) => {
    const marketplace = await startForTest();
    const textOf = async (response: Response) => [response.status, await response.text()] as const;
    const [, honest] = await textOf(await call(marketplace, PAGE_1));
    marketplace.faults.add({ kind: 'shape', shape });

    const [status, spoilt] = await textOf(await call(marketplace, PAGE_1));

    expect(status).toBe(200);
    expect(() => JSON.parse(spoilt)).not.toThrow();
    expect(spoilt === honest).toBe(false);
    expect(await textOf(await call(marketplace, PAGE_1))).toEqual([200, honest]);
  });

  it('spoils as many records as it is told to, from where it is told to', async () => {
    const marketplace = await startWith({ kind: 'shape', shape: 'record_null', records: 2, first: 3 });
    const { body } = await ask(marketplace, PAGE_1);
    expect(body.skills.map((skill: unknown) => skill === null)).toEqual(
      [0, 0, 0, 1, 1, 0, 0, 0, 0, 0].map(Boolean),
    );
  });

  it.each(['list_null', 'record_no_name', 'array'] as const)(
    'spoils other answers too: categories %s',
    async (shape) => {
      const marketplace = await startForTest();
      const honest = await ask(marketplace, '/api/v1/categories');
      marketplace.faults.add({ kind: 'shape', shape, route: 'categories' });
      expect((await ask(marketplace, '/api/v1/categories')).body).not.toEqual(honest.body);
    },
  );

  it('asks to wait in seconds or until a date of its own clock', async () => {
    const marketplace = await startForTest({ now: () => Date.UTC(2026, 1, 19, 10, 30) });
    marketplace.faults.add({ kind: 'rate_limit', retryAfterSeconds: 7 });
    marketplace.faults.add({ kind: 'rate_limit', retryAfterSeconds: 7, form: 'http_date' });

    const answers = [await ask(marketplace, PAGE_1), await ask(marketplace, PAGE_1)];

    expect(answers.map((answer) => answer.status)).toEqual([429, 429]);
    expect(answers.map((answer) => answer.headers.get('retry-after'))).toEqual([
      '7',
      'Thu, 19 Feb 2026 10:30:07 GMT',
    ]);
    expect(marketplace.stats.rateLimited).toBe(2);
  });

  it('is late by what is asked for, and right all the same', async () => {
    const marketplace = await startWith({ kind: 'latency', ms: 60 }, { kind: 'status', status: 500 });
    const started = performance.now();
    expect((await ask(marketplace, PAGE_1)).status).toBe(500);
    expect(performance.now() - started).toBeGreaterThan(55);
  });
});

describe('the listing that moves', () => {
  it('drifts when skills are removed or added between two pages', async () => {
    const marketplace = await startForTest();
    const ids = marketplace.catalog.ids();
    const idsOf = async (path: string) =>
      (await ask(marketplace, path)).body.skills.map((skill: { skill_id: string }) => skill.skill_id);
    marketplace.faults.add({
      kind: 'mutate',
      page: 2,
      run: () => void marketplace.catalog.removeSkill(ids[0]!),
    });
    marketplace.faults.add({
      kind: 'ops',
      page: 2,
      after: 1,
      ops: [{ op: 'upsert', skill: { skill_id: 'new' }, index: 0 }],
    });

    expect(await idsOf(PAGE_1)).toEqual(ids.slice(0, 10));
    // One was removed before: number 10 slipped to page 1 and is seen by nobody.
    expect(await idsOf(PAGE_2)).toEqual(ids.slice(11, 21));
    // One was added in front: the pages are where they were.
    expect(await idsOf(PAGE_2)).toEqual(ids.slice(10, 20));
  });

  it('lies about totals by a number or a difference', async () => {
    const marketplace = await startWith(
      { kind: 'total', total: 3 },
      { kind: 'total', delta: -5, after: 1 },
      { kind: 'total', totalPages: 1, after: 2 },
    );
    const totals = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const { total, total_pages } = (await ask(marketplace, PAGE_1)).body;
      totals.push([total, total_pages]);
    }
    expect(totals).toEqual([
      [3, 1],
      [20, 2],
      [25, 1],
      [25, 3],
    ]);
  });
});

describe('the token that expires', () => {
  it('is refused until another one is used', async () => {
    const marketplace = await startWith({ kind: 'expired_token', route: 'skills', page: 2 });

    const statuses = [];
    for (const path of [PAGE_1, PAGE_2, PAGE_1]) statuses.push((await ask(marketplace, path)).status);
    const { token } = marketplace.tokens.mint();

    expect(statuses).toEqual([200, 401, 401]);
    expect((await ask(marketplace, PAGE_2, { headers: { authorization: `Bearer ${token}` } })).status).toBe(
      200,
    );
  });
});
