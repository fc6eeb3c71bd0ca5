import { describe, expect, it } from 'vitest';
import { ask, startForTest } from '#test/local/marketplace/marketplace-client.ts';

describe('GET /api/v1/skills', () => {
  it('lists every skill once over all pages', async () => {
    const marketplace = await startForTest();

    const pages = await Promise.all(
      [1, 2, 3].map((page) => ask(marketplace, `/api/v1/skills?page=${page}&page_size=10`)),
    );

    expect(pages[2]!.body).toMatchObject({ page: 3, page_size: 10, total: 25, total_pages: 3 });
    expect(pages.flatMap((page) => page.body.skills)).toEqual(marketplace.catalog.listing());
    expect((await ask(marketplace, '/api/v1/skills?page=4&page_size=10')).body).toMatchObject({
      skills: [],
      total: 25,
    });
    expect((await ask(marketplace, '/api/v1/skills')).body).toMatchObject({ page: 1, page_size: 100 });
  });

  it('filters by query and category', async () => {
    const marketplace = await startForTest();
    marketplace.catalog.upsertSkill({ skill_id: 'x', name: 'Größe & Maß', category: 'A/B & C' });

    const byCategory = await ask(marketplace, `/api/v1/skills?category=${encodeURIComponent('A/B & C')}`);
    const byQuery = await ask(marketplace, `/api/v1/skills?query=${encodeURIComponent('größe &')}`);

    expect(byCategory.body.skills.map((skill: { skill_id: string }) => skill.skill_id)).toEqual(['x']);
    expect(byQuery.body).toMatchObject({ total: 1, total_pages: 1 });
  });

  it.each(['page=0', 'page=x', 'page=1.5', 'page_size=0', 'page_size=1001'])(
    'answers 400 when asked for %s',
    async (query) => {
      const marketplace = await startForTest();

      expect(await ask(marketplace, `/api/v1/skills?${query}`)).toMatchObject({
        status: 400,
        body: { error: 'invalid_request' },
      });
    },
  );

  it('tells apart a bad token, an unknown path and a wrong method', async () => {
    const marketplace = await startForTest();

    expect((await ask(marketplace, '/api/v1/skills', { headers: { authorization: '' } })).status).toBe(401);
    expect(
      (await ask(marketplace, '/api/v1/skills', { headers: { authorization: 'Bearer no' } })).body.error,
    ).toBe('unauthorized');
    expect(await ask(marketplace, '/api/v1/nothing')).toMatchObject({
      status: 404,
      body: { error: 'not_found' },
    });
    const wrongMethod = await ask(marketplace, '/api/v1/skills', { method: 'DELETE' });
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'GET']);
  });
});

describe('GET /api/v1/skills/{id}', () => {
  it('adds the ratings, and answers 404 when there is no such skill', async () => {
    const marketplace = await startForTest();
    marketplace.catalog.upsertSkill({ skill_id: 'a/ü b', name: 'Odd id' });
    marketplace.ratings.add({ skill_id: 'a/ü b', user_id: 'u', rating: 4, comment: 'fine' });

    const { body } = await ask(marketplace, `/api/v1/skills/${encodeURIComponent('a/ü b')}`);

    expect(body).toMatchObject({
      skill_id: 'a/ü b',
      average_rating: 4,
      ratings: [{ user_id: 'u', rating: 4, comment: 'fine' }],
    });
    expect((await ask(marketplace, '/api/v1/skills/none')).status).toBe(404);
  });
});

describe('GET /api/v1/categories', () => {
  it('counts live', async () => {
    const marketplace = await startForTest();

    const { body } = await ask(marketplace, '/api/v1/categories');

    expect(body.categories).toHaveLength(24);
    const counts = body.categories.map((category: { skill_count: number }) => category.skill_count);
    expect(counts.reduce((sum: number, count: number) => sum + count, 0)).toBe(25);
    expect(body.categories[0]).toMatchObject({
      name: 'Accounting & Invoices',
      created_at: '2025-01-01T09:00:00.000Z',
    });
  });

  it('answers a bare array under another name, and ids as id, when started that way', async () => {
    const marketplace = await startForTest({
      bareCategories: true,
      categoryNameField: 'category',
      idField: 'id',
    });

    const categories = await ask(marketplace, '/api/v1/categories');
    const skills = await ask(marketplace, '/api/v1/skills');

    expect(categories.body[0]).toMatchObject({ category: 'Accounting & Invoices' });
    expect(skills.body.skills[0]).toMatchObject({ id: marketplace.catalog.ids()[0] });
    expect(skills.body.skills[0]).not.toHaveProperty('skill_id');
  });
});

describe('ratings', () => {
  const rate = (skillId: unknown, rating: unknown, more = {}) => ({
    method: 'POST',
    json: { skill_id: skillId, user_id: 'user-1', rating, ...more },
  });

  it('counts a rating once, and moves the average', async () => {
    const marketplace = await startForTest({
      catalog: { skills: [{ skill_id: 's', name: 'S', average_rating: 3, rating_count: 2 }] },
    });

    const first = await ask(marketplace, '/api/v1/ratings', rate('s', 5, { comment: 'good' }));
    const second = await ask(marketplace, '/api/v1/ratings', rate('s', 1));

    expect(first.body).toMatchObject({
      success: true,
      skill_id: 's',
      rating: 5,
      average_rating: 3.67,
      rating_count: 3,
    });
    expect(second).toMatchObject({ status: 409, body: { error: 'already_rated' } });
    expect(marketplace.catalog.get('s')).toMatchObject({ average_rating: 3.67, rating_count: 3 });
    expect(marketplace.ratings.list('s')).toHaveLength(1);
  });

  it('changes a rating by PUT without counting it twice', async () => {
    const marketplace = await startForTest({ catalog: { skills: [{ skill_id: 's', name: 'S' }] } });
    const { body } = await ask(marketplace, '/api/v1/ratings', rate('s', 5));

    const changed = await ask(marketplace, `/api/v1/ratings/${body.rating_id}`, {
      method: 'PUT',
      json: { rating: 2 },
    });

    expect(changed).toMatchObject({
      status: 200,
      body: { success: true, rating: 2, average_rating: 2, rating_count: 1 },
    });
    expect(
      (await ask(marketplace, '/api/v1/ratings/none', { method: 'PUT', json: { rating: 2 } })).status,
    ).toBe(404);
  });

  it.each([404, 405, 501] as const)('refuses PUT with %i when updates are not supported', async (status) => {
    const marketplace = await startForTest({ ratingUpdates: status });
    const put = await ask(marketplace, '/api/v1/ratings/r', { method: 'PUT', json: { rating: 2 } });
    expect(put.status).toBe(status);
  });

  it('answers 400 naming the field when a rating is invalid, and 404 when the skill is unknown', async () => {
    const marketplace = await startForTest();
    const id = marketplace.catalog.ids()[0];

    for (const rating of [0, 6, 2.5, '5', null]) {
      const answer = await ask(marketplace, '/api/v1/ratings', rate(id, rating));
      expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining('rating')]);
    }
    expect(
      (await ask(marketplace, '/api/v1/ratings', rate(id, 3, { comment: 'x'.repeat(1001) }))).status,
    ).toBe(400);
    expect((await ask(marketplace, '/api/v1/ratings', { method: 'POST', body: '{' })).status).toBe(400);
    expect((await ask(marketplace, '/api/v1/ratings', rate('none', 3))).status).toBe(404);
    expect(marketplace.ratings.list()).toEqual([]);
  });

  it('takes 1 MB at most', async () => {
    const marketplace = await startForTest();
    const answer = await ask(marketplace, '/api/v1/ratings', {
      method: 'POST',
      body: 'x'.repeat(1024 * 1024 + 1),
    });
    expect(answer.status).toBe(413);
  });
});

describe('tokens', () => {
  it('mints a token that works until it is deleted', async () => {
    const marketplace = await startForTest({ now: () => Date.UTC(2026, 1, 19) });
    const minted = await ask(marketplace, '/api/v1/tokens', {
      method: 'POST',
      json: { instance_id: 'home', description: 'test' },
    });
    const headers = { authorization: `Bearer ${minted.body.token}` };

    expect(minted.body).toMatchObject({
      instance_id: 'home',
      created_at: '2026-02-19T00:00:00.000Z',
      expires_at: '2026-05-20T00:00:00.000Z',
    });
    expect((await ask(marketplace, '/api/v1/categories', { headers })).status).toBe(200);
    expect((await ask(marketplace, `/api/v1/tokens/${minted.body.token}`, { method: 'DELETE' })).status).toBe(
      204,
    );
    expect((await ask(marketplace, '/api/v1/categories', { headers })).status).toBe(401);
    expect((await ask(marketplace, '/api/v1/tokens', { method: 'POST', json: {} })).status).toBe(400);
  });

  it('lets a minted token expire after 90 days, and rotates by hand', async () => {
    let now = Date.UTC(2026, 1, 19);
    const marketplace = await startForTest({ now: () => now });
    const { token } = marketplace.tokens.mint('home');

    now += 90 * 86_400_000;
    expect(marketplace.tokens.state(token)).toBe('expired');

    const rotated = marketplace.tokens.rotate();
    expect((await ask(marketplace, '/api/v1/categories')).status).toBe(401);
    expect(marketplace.tokens.list()).toEqual([rotated.token]);
  });
});

describe('GET /health', () => {
  it('answers without a token, and 503 when down', async () => {
    const marketplace = await startForTest();

    const healthy = await ask(marketplace, '/health', { headers: { authorization: '' } });
    marketplace.settings.down = true;

    expect(healthy).toMatchObject({ status: 200, body: { status: 'healthy', version: '1.0.0' } });
    expect((await ask(marketplace, '/health')).status).toBe(503);
  });
});
