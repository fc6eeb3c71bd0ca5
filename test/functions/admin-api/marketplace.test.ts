import { describe, expect, it } from 'vitest';
import { call, callRaw } from './call-api.ts';
import { cached, createWorld, NOW } from './fake-services.ts';

describe('GET /api/skills', () => {
  it('answers the local edit where there is one, and what the marketplace said otherwise', async () => {
    const world = createWorld();
    const edited = { skill_id: 'b', name: 'B, edited' };
    world.skills.set('a', cached({ skill_id: 'a', name: 'A', extra: { kept: true } }));
    world.skills.set('b', cached({ skill_id: 'b', name: 'B' }, { local: edited, base: edited }));

    const { status, body } = await call(world, { path: '/api/skills', token: 'STUDENT' });

    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      skills: [{ skill_id: 'a', name: 'A', extra: { kept: true } }, edited],
      next_cursor: null,
    });
  });

  it('pages 50 at a time unless told otherwise, and hands the filter on', async () => {
    const world = createWorld();
    for (let i = 0; i < 60; i += 1) {
      world.skills.set(`${i}`, cached({ skill_id: `${i}`, name: 'n', category: i < 55 ? 'a,b' : 'c' }));
    }

    const first = await call(world, { path: '/api/skills?category=a,b' });
    const second = await call(world, { path: `/api/skills?category=a%2Cb&cursor=${first.body.next_cursor}` });
    const all = await call(world, { path: '/api/skills?limit=200' });

    expect([first, second, all].map(({ body }) => body.skills.length)).toEqual([50, 5, 60]);
  });

  it('sends fewer at once where records are large, and none is left out', async () => {
    const world = createWorld();
    for (let i = 0; i < 20; i += 1) {
      world.skills.set(`${i}`, cached({ skill_id: `${i}`, name: 'n', code: '"'.repeat(200_000) }));
    }
    const seen: string[] = [];
    let cursor: string | null = '';

    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await call(world, { path: `/api/skills?limit=20${query}` });
      expect(Buffer.byteLength(JSON.stringify(JSON.stringify(body)))).toBeLessThan(6_000_000);
      seen.push(...body.skills.map((skill: { skill_id: string }) => skill.skill_id));
      cursor = body.next_cursor;
    }

    expect(seen).toEqual([...world.skills.keys()]);
  });

  it.each([
    'category=',
    `query=${'x'.repeat(513)}`,
    'tag=a&tag=b',
    'offset=3',
    '__proto__=1',
    'constructor=x',
  ])('refuses ?%.30s', async (query) => {
    const answer = await call(createWorld(), { path: `/api/skills?${query}` });

    expect(answer).toMatchObject({ status: 400, body: { error: 'validation_failed' } });
  });
});

describe('GET /api/skills/{id}', () => {
  const ids = [
    'plain',
    'a/b',
    'a b',
    'Zürich',
    '日本語',
    '💡',
    '100%',
    'a+b',
    'x?y#z',
    '..',
    '../admin',
    'a\u0000b',
    'a%20b',
    '%41',
    'q'.repeat(512),
  ];

  it.each(ids)('finds "%.20s" as API Gateway hands it over: decoded', async (id) => {
    const world = createWorld();
    world.skills.set(id, cached({ skill_id: id, name: 'found' }));

    const { status, body } = await callRaw(world, `/api/skills/${id}`);

    expect(status).toBe(200);
    expect(body).toEqual({ success: true, skill: { skill_id: id, name: 'found' } });
    expect(world.reads).toEqual([`skill ${id}`]);
  });

  it.each([
    ['unknown', 'nothing'],
    ['longer than any id', 'x'.repeat(9000)],
    ['longer than any id in bytes', '💡'.repeat(129)],
    ['malformed', '%E0%A4%A'],
    ['not UTF-8', '%FF'],
    ['a lone surrogate', '\ud800'],
    ['blank', ' '],
    ['a way out', '../../admin/sync/status'],
  ])('answers 404 to an id that is %s', async (_what, id) => {
    const answer = await callRaw(createWorld(), `/api/skills/${id}`);

    expect(answer).toMatchObject({ status: 404, body: { success: false, error: 'skill_not_found' } });
  });

  it.each(['x'.repeat(513), '💡'.repeat(129), '\ud800', ' '])(
    'does not even look for "%.20s"',
    async (id) => {
      const world = createWorld();
      await callRaw(world, `/api/skills/${id}`);

      expect(world.reads).toEqual([]);
    },
  );

  it('does not serve an expired entry', async () => {
    const world = createWorld();
    world.skills.set('old', cached({ skill_id: 'old', name: 'old' }, { expiresAt: new Date(NOW) }));

    expect((await call(world, { path: '/api/skills/old' })).status).toBe(404);
  });
});

describe('GET /api/categories', () => {
  it('answers all of them', async () => {
    const world = createWorld();
    world.categories.push({ name: 'data', skill_count: 3 }, { name: 'Ünï/code' });

    const { body } = await call(world, { path: '/api/categories', token: 'STUDENT' });

    expect(body).toEqual({
      success: true,
      categories: [{ name: 'data', skill_count: 3 }, { name: 'Ünï/code' }],
      next_cursor: null,
    });
  });
});
