import { describe, expect, it } from 'vitest';
import { call } from '#test/functions/admin-api/call-api.ts';
import { publish } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, withServices } from '#test/functions/admin-api/world.ts';

async function worldOfSkills() {
  const world = createWorld();
  await publish(world, { skill_id: 'a', name: 'CSV cleaner', tags: ['csv'] });
  await publish(world, { skill_id: 'b', name: 'CSV merger' });
  await publish(world, { skill_id: 'suggest', name: 'Something else' });
  return world;
}

describe('GET /api/skills/suggest', () => {
  it('completes names, with the id of the skill', async () => {
    const { status, body } = await call(await worldOfSkills(), {
      path: '/api/skills/suggest?q=csv%20cl',
      token: 'STUDENT',
    });

    expect(status).toBe(200);
    expect(body.suggestions).toContainEqual({ text: 'CSV cleaner', kind: 'name', skill_id: 'a' });
  });

  it('hands text and limit on, ten where none is given, and answers in the order of the search', async () => {
    const asked: unknown[] = [];
    const suggest = async (...args: unknown[]) => {
      asked.push(args);
      return [
        { text: 'csv', kind: 'tag' },
        { text: 'CSV cleaner', kind: 'name', skillId: 'a' },
      ] as const;
    };
    const world = await worldOfSkills();
    const search = { ...world.services.search, suggest };
    const inWorld = withServices(world, { search });

    const { body } = await call(inWorld, { path: '/api/skills/suggest?q=%20cs%20' });
    await call(inWorld, { path: '/api/skills/suggest?q=cs&limit=3' });

    expect(body).toEqual({
      success: true,
      suggestions: [
        { text: 'csv', kind: 'tag' },
        { text: 'CSV cleaner', kind: 'name', skill_id: 'a' },
      ],
    });
    expect(asked).toEqual([
      ['cs', 10],
      ['cs', 3],
    ]);
  });

  it.each([
    ['', 'q'],
    ['q=', 'q'],
    ['q=%20%20', 'q'],
    [`q=${'x'.repeat(301)}`, 'q'],
    ['q=a&q=b', 'q'],
    ['q=%FF', 'q'],
    ['q=a&limit=0', 'limit'],
    ['q=a&limit=201', 'limit'],
    ['q=a&cursor=x', 'cursor'],
  ])('refuses ?%.20s', async (query, field) => {
    const { status, body } = await call(createWorld(), { path: `/api/skills/suggest?${query}` });

    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'validation_failed', details: [{ in: 'query', field }] });
  });

  it('leaves a skill of that id readable and editable', async () => {
    const world = await worldOfSkills();
    const edit = { method: 'PUT', path: '/api/skills/suggest', body: { description: 'ours' } };

    expect((await call(world, edit)).body.skill.description).toBe('ours');
    const { body } = await call(world, { path: '/api/skills/-?id=suggest' });
    expect(body.skill).toMatchObject({ skill_id: 'suggest', description: 'ours' });
  });

  it('is for those with a token of any level, and for GET', async () => {
    const world = await worldOfSkills();
    const path = '/api/skills/suggest?q=csv';

    expect((await call(world, { path, token: 'refused' })).status).toBe(401);
    expect((await call(world, { path, token: 'nobody' })).status).toBe(403);
    for (const method of ['HEAD', 'POST'])
      expect((await call(world, { method, path })).status, method).toBe(405);
  });
});
