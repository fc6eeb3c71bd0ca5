import { describe, expect, it } from 'vitest';
import { call, callRaw } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { edit, publish } from '#test/functions/admin-api/fill-world.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';

describe('GET /api/skills', () => {
  it('answers the local edit where there is one, and what the marketplace said otherwise', async () => {
    const world = createWorld();
    const edited = { skill_id: 'b', name: 'B, edited' };
    await publish(world, { skill_id: 'a', name: 'A', extra: { kept: true } });
    await publish(world, { skill_id: 'b', name: 'B' });
    await edit(world, 'b', edited);

    const { status, body } = await call(world, { path: '/api/skills', token: 'STUDENT' });

    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      // The fake lists in the order of ids.
      skills: [{ skill_id: 'a', name: 'A', extra: { kept: true } }, edited],
      next_cursor: null,
    });
  });

  it('pages 50 at a time unless told otherwise, and hands the filter on', async () => {
    const world = createWorld();
    for (let i = 0; i < 60; i += 1) {
      await publish(world, { skill_id: `${i}`, name: 'n', category: i < 55 ? 'a,b' : 'c' });
    }

    const first = await call(world, { path: '/api/skills?category=a,b' });
    const second = await call(world, { path: `/api/skills?category=a%2Cb&cursor=${first.body.next_cursor}` });
    const all = await call(world, { path: '/api/skills?limit=200' });

    expect([first, second, all].map(({ body }) => body.skills.length)).toEqual([50, 5, 60]);
  });

  it.each([
    ['tag=csv', ['a']],
    ['tag=other', []],
    ['category=c', ['b']],
    ['category=c&tag=csv', []],
  ])('narrows down by ?%s', async (query, ids) => {
    const world = createWorld();
    await publish(world, { skill_id: 'a', name: 'A', tags: ['csv'] });
    await publish(world, { skill_id: 'b', name: 'B', category: 'c' });

    const { body } = await call(world, { path: `/api/skills?${query}` });

    expect(body.skills.map((skill: { skill_id: string }) => skill.skill_id)).toEqual(ids);
  });

  it('sends fewer at once where records are large, and none is left out', async () => {
    const world = createWorld();
    for (let i = 0; i < 20; i += 1) {
      await publish(world, { skill_id: `${i}`, name: 'n', code: '"'.repeat(200_000) });
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

    expect(seen.toSorted()).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`).toSorted());
  });

  it.each([
    'category=',
    'query=',
    'query=%20%09%0A',
    `query=${'x'.repeat(301)}`,
    `category=${'x'.repeat(513)}`,
    'tag=a&tag=b',
    'offset=3',
    '__proto__=1',
    'constructor=x',
    'query=%FF',
    'query=a%C3',
    'tag=%ED%A0%80',
    'category=%C0%AF',
    'query=\ud800',
    '%FF=1',
  ])('refuses ?%.30s', async (query) => {
    const answer = await call(createWorld(), { path: `/api/skills?${query}` });

    expect(answer).toMatchObject({ status: 400, body: { error: 'validation_failed' } });
  });
});

describe('Text in a query', () => {
  it.each([
    ['category=%F0%9F%9B%A0', '🛠'],
    ['category=a%EF%BF%BDb', 'a\ufffdb'],
    ['category=a\ufffdb', 'a\ufffdb'],
    ['category=100%25+%2B%26%3D', '100% +&='],
    ['category=?x', '?x'],
    ['category=%zz', '%zz'],
    ['&&category=a&', 'a'],
  ])('is read from %s', async (query, text) => {
    const world = createWorld();
    await publish(world, { skill_id: 'a', name: 'a', category: text });
    await publish(world, { skill_id: 'b', name: 'b' });

    const { body } = await call(world, { path: `/api/skills?${query}` });

    expect(body.skills.map((skill: { skill_id: string }) => skill.skill_id)).toEqual(['a']);
  });

  it('is named where it is no UTF-8', async () => {
    const { status, body } = await call(createWorld(), { path: '/api/skills?category=a&query=%FF' });

    expect(status).toBe(400);
    expect(body.details).toEqual([{ in: 'query', field: 'query', message: 'must be well-formed unicode' }]);
  });
});

describe('What was stored before half characters were refused', () => {
  it('makes no list unreadable', async () => {
    const world = createWorld();
    await publish(world, { skill_id: 'a', name: 'half \ud83d', 'k\ud800': ['\udfff', '🛠️'] });

    for (const path of ['/api/skills', '/api/skills/a']) {
      const { text, status } = await call(world, { path });
      expect(status).toBe(200);
      expect(text).not.toMatch(/\\ud/i);
      expect(text).toContain('half \\ufffd');
      expect(text).toContain('🛠️');
    }
  });
});

describe('GET /api/skills/{id}', () => {
  it('counts whether the cache answered', async () => {
    const world = createWorld();
    await publish(world, { skill_id: 'a', name: 'A' });
    await call(world, { path: '/api/skills/a' });
    await call(world, { path: '/api/skills/a' });
    world.clock += 60_000;
    await call(world, { path: '/api/skills/unknown' });
    expect(await world.stores.cacheReads.totals()).toEqual({ hits: 2, misses: 1 });
  });

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
    await publish(world, { skill_id: id, name: 'found' });

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
    ['blank', ' '],
    ['a way out', '../../admin/sync/status'],
  ])('answers 404 to an id that is %s', async (_what, id) => {
    const answer = await callRaw(createWorld(), `/api/skills/${id}`);

    expect(answer).toMatchObject({ status: 404, body: { success: false, error: 'skill_not_found' } });
  });

  it.each(['/api/skills/a\ud800', '/api/skills/\ud800/ratings'])('answers 400 to %j', async (path) => {
    const answer = await callRaw(createWorld(), path);

    expect(answer).toMatchObject({
      status: 400,
      body: {
        error: 'validation_failed',
        details: [{ in: 'path', field: 'id', message: 'must be well-formed unicode' }],
      },
    });
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
    await publish(world, { skill_id: 'old', name: 'old' }, { expiresAt: new Date(NOW) });

    expect((await call(world, { path: '/api/skills/old' })).status).toBe(404);
  });
});
