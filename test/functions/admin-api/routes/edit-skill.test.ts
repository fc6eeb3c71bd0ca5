import { describe, expect, it } from 'vitest';
import { EditConflictError, TooLargeError } from '#core/errors.ts';
import { apiOf, call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { cachedSkill, publish } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, withServices } from '#test/functions/admin-api/world.ts';

const REMOTE = {
  skill_id: 'a',
  name: 'A',
  version: '1.2.0',
  tags: ['x'],
  average_rating: 4,
  updated_at: '2026-02-01T00:00:00Z',
  extra: { kept: true },
};

async function worldWithSkill() {
  const world = createWorld();
  await publish(world, REMOTE);
  return world;
}

const put = (world: ReturnType<typeof createWorld>, body: unknown, path = '/api/skills/a') =>
  call(world, { method: 'PUT', path, token: 'INTERN', body });

describe('PUT /api/skills/{id}', () => {
  it('lays the given fields over the skill and keeps the marketplace’s version apart', async () => {
    const world = await worldWithSkill();

    const { status, body } = await put(world, { name: 'Ours', tags: ['y'], mine: { deep: [1] } });

    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      skill: { ...REMOTE, name: 'Ours', tags: ['y'], mine: { deep: [1] } },
      edited: true,
      base: { version: '1.2.0', updated_at: '2026-02-01T00:00:00Z' },
    });
    expect((await cachedSkill(world, 'a'))?.remote.skill).toEqual(REMOTE);
    expect((await call(world, { path: '/api/skills/a' })).body.skill).toEqual(body.skill);
  });

  it('edits what an earlier edit has made, from the first base', async () => {
    const world = await worldWithSkill();
    await put(world, { name: 'Ours' });
    await put(world, { description: null });

    expect(await cachedSkill(world, 'a')).toMatchObject({
      local: { name: 'Ours', description: null },
      base: REMOTE,
    });
  });

  it.each([
    ['the same id', { skill_id: 'a', id: 'a', name: 'B' }],
    [
      'a whole skill',
      { name: 'B', code: 'print()', command: 'x', python_packages: [], npm_packages: null, metadata: {} },
    ],
  ])('takes %s', async (_what, body) => {
    expect((await put(await worldWithSkill(), body)).status).toBe(200);
  });

  it.each(['created_at', 'updated_at', 'average_rating', 'rating_count', 'content_hash', '_anything'])(
    'lets nobody set %s',
    async (name) => {
      const world = await worldWithSkill();

      const { status, body } = await put(world, { name: 'B', [name]: 'x' });

      expect(status).toBe(400);
      expect(body.details).toEqual([{ in: 'body', field: name, message: "can't be set" }]);
      expect((await cachedSkill(world, 'a'))?.local).toBeUndefined();
    },
  );

  it.each(['pk', 'sk', 'expiresAt', 'rank', 'fence', 'remote', 'base', 'local', 'edited', 'editRevision'])(
    'keeps a field %s like any other: the table has attributes of that name, and skills in one of them',
    async (name) => {
      const world = await worldWithSkill();

      const { status, body } = await put(world, { [name]: 'x' });

      expect(status).toBe(200);
      expect(body.skill).toEqual({ ...REMOTE, [name]: 'x' });
      expect((await call(world, { path: '/api/skills/a' })).body.skill).toEqual(body.skill);
    },
  );

  it.each([
    ['another skill_id', { skill_id: 'b', name: 'B' }, ['skill_id']],
    ['another id', { id: 7, name: 'B' }, ['id']],
    ['nothing', {}, ['body']],
    ['nothing but the id', { skill_id: 'a' }, ['body']],
    ['an empty name', { name: '' }, ['name']],
    ['no name', { name: null }, ['name']],
    [
      'wrong types',
      { tags: 'x', metadata: [], code: 1, npm_packages: [2] },
      ['code', 'metadata', 'npm_packages.0', 'tags'],
    ],
    ['a list', [], ['body']],
    ['text', 'x', ['body']],
  ])('refuses %s', async (_what, body, fields) => {
    const answer = await put(await worldWithSkill(), body);

    expect(answer).toMatchObject({ status: 400, body: { error: 'validation_failed' } });
    expect(answer.body.details.map((fault: { field: string }) => fault.field).sort()).toEqual(fields);
  });

  it.each([
    '{"name":"B","__proto__":{"admin":true}}',
    '{"name":"B","metadata":{"a":{"__proto__":{"admin":true}}}}',
  ])('refuses a prototype: %s', async (rawBody) => {
    const world = await worldWithSkill();

    const { status } = await call(world, { method: 'PUT', path: '/api/skills/a', rawBody });

    expect(status).toBe(400);
    expect({}).not.toHaveProperty('admin');
  });

  it('keeps numbers that no double stands for, as they came', async () => {
    const world = await worldWithSkill();
    const rawBody =
      '{"skill_id":"a","big":9007199254740993,"metadata":{"n":[1e400,-0,0.12345678901234567890],"exact":1E5}}';

    const put = await call(world, { method: 'PUT', path: '/api/skills/a', token: 'INTERN', rawBody });

    expect(put.status).toBe(200);
    for (const text of [put.text, (await call(world, { path: '/api/skills/a' })).text]) {
      expect(text).toContain('"big":9007199254740993');
      expect(text).toContain('"metadata":{"n":[1e400,-0,0.12345678901234567890],"exact":100000}');
    }
  });

  it.each([
    ['"skill_id":9007199254740993', 200],
    ['"id":9007199254740993', 200],
    ['"skill_id":9007199254740992', 400],
    ['"skill_id":9007199254740993.0', 400],
  ])('compares an id that is a number by its digits: %s', async (field, status) => {
    const world = createWorld();
    await publish(world, { ...REMOTE, skill_id: '9007199254740993' });

    const path = '/api/skills/9007199254740993';
    expect((await call(world, { method: 'PUT', path, rawBody: `{"name":"B",${field}}` })).status).toBe(
      status,
    );
  });

  it('says of a number in the wrong place that it is a number', async () => {
    const { body } = await call(await worldWithSkill(), {
      method: 'PUT',
      path: '/api/skills/a',
      rawBody: '{"description":9007199254740993,"version":1.10}',
    });

    expect(body.details).toEqual([
      { in: 'body', field: 'description', message: 'Invalid input: expected string, received number' },
      { in: 'body', field: 'version', message: 'Invalid input: expected string, received number' },
    ]);
  });

  it.each([
    ['{"description":"half \\ud83d"}', 'description'],
    ['{"name":"B","unknown":{"deep":["a",{"b":"\\uDFFF"}]}}', 'unknown.deep.1.b'],
    ['{"name":"B","metadata":{"k\\ud83d":1}}', 'metadata.k\ufffd'],
    ['{"k\\ud83d":1}', 'k\ufffd'],
  ])('refuses half a surrogate pair: %s', async (rawBody, field) => {
    const world = await worldWithSkill();

    const { status, body } = await call(world, { method: 'PUT', path: '/api/skills/a', rawBody });

    expect(status).toBe(400);
    expect(body.details).toEqual([
      { in: 'body', field, message: expect.stringContaining('must be well-formed unicode') },
    ]);
    expect((await cachedSkill(world, 'a'))?.local).toBeUndefined();
  });

  it('keeps names that every object knows', async () => {
    const world = await worldWithSkill();
    const fields = { constructor: { prototype: 1 }, prototype: 'x', toString: [1], hasOwnProperty: null };

    const { body } = await put(world, { ...fields, metadata: fields });

    expect(body.skill).toEqual({ ...REMOTE, ...fields, metadata: fields });
    expect((await call(world, { path: '/api/skills/a' })).body.skill).toEqual(body.skill);
  });

  it.each(['b', 'x'.repeat(600), '../a', 'a/../b'])('knows no skill "%s"', async (id) => {
    expect(await put(await worldWithSkill(), { name: 'B' }, `/api/skills/${id}`)).toMatchObject({
      status: 404,
      body: { error: 'skill_not_found' },
    });
  });

  it('does not edit what has expired', async () => {
    const world = createWorld();
    await publish(world, REMOTE, { expiresAt: new Date(NOW) });

    expect((await put(world, { name: 'B' })).status).toBe(404);
  });

  it.each([
    [new EditConflictError('kept changing'), 409, 'edit_conflict'],
    [new TooLargeError('Skill a takes 500000 bytes'), 413, 'payload_too_large'],
  ])('answers what the editor refuses: %s', async (error, status, code) => {
    const world = await worldWithSkill();
    const editor = {
      edit: async () => {
        throw error;
      },
    };
    const api = apiOf(withServices(world, { editor }));

    const parts = { method: 'PUT', path: '/api/skills/a', body: { name: 'B' } };

    expect(await call(world, parts, api)).toMatchObject({ status, body: { success: false, error: code } });
  });
});
