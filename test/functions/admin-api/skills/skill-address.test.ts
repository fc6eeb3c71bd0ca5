import { describe, expect, it } from 'vitest';
import { apiOf, CORRELATION_ID, call, eventOf } from '#test/functions/admin-api/call-api.ts';
import { audited, publish } from '#test/functions/admin-api/fill-world.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';

/** Ids that a path can't hold, or that mean something else there. */
const ODD_IDS = [
  'a/ratings',
  'ratings',
  'suggest',
  '..',
  '.',
  '../admin/audit',
  'a/b/ratings',
  '/',
  'a//b',
  '%2F',
  '-',
];

/** A world that has a skill of this id, and one whose address is the beginning of it. */
async function worldWith(id: string) {
  const world = createWorld();
  for (const skill_id of ['a', id]) await publish(world, { skill_id, name: `Skill ${skill_id}` });
  return world;
}

describe('The address of a skill', () => {
  it.each(ODD_IDS)('may have the id in its query: %s', async (id) => {
    const world = await worldWith(id);
    const path = `/api/skills/-?id=${encodeURIComponent(id)}`;
    const ratings = path.replace('-', '-/ratings');

    expect((await call(world, { path })).body.skill).toEqual({ skill_id: id, name: `Skill ${id}` });
    const edited = await call(world, { method: 'PUT', path, body: { description: 'ours' } });
    expect(edited.body.skill).toMatchObject({ skill_id: id, description: 'ours' });
    const rated = await call(world, { method: 'POST', path: ratings, body: { user_id: 'dana', rating: 4 } });
    expect(rated).toMatchObject({ status: 201, body: { rating: { skill_id: id } } });
    expect((await call(world, { path: `${ratings}&limit=5` })).body.ratings).toMatchObject([
      { skill_id: id },
    ]);
    expect((await audited(world)).map(({ parameters }) => parameters)).toMatchObject([
      { path: { id: '-' }, query: { id } },
      { path: { id: '-' }, query: { id } },
    ]);
  });

  it.each(['a/b', 'é 🛠', 'a%2Fb', '50%25', 'a+b', 'a?b', 'ratings', '-'])(
    'holds what a path can hold, with slashes: %s',
    async (id) => {
      const event = eventOf({ path: '/', token: 'STUDENT' });
      const { body } = await apiOf(await worldWith(id))(
        { ...event, rawPath: `/api/skills/${id}` },
        CORRELATION_ID,
      );
      expect(JSON.parse(body ?? '')).toMatchObject({ skill: { skill_id: id } });
    },
  );

  it('names one skill, not two', async () => {
    const answer = await call(await worldWith('b'), { path: '/api/skills/a?id=b' });

    expect(answer).toMatchObject({
      status: 400,
      body: {
        error: 'validation_failed',
        details: [{ in: 'query', field: 'id', message: expect.stringContaining('/api/skills/-') }],
      },
    });
    expect((await call(await worldWith('b'), { path: '/api/skills/-?id=b&id=a' })).status).toBe(400);
  });

  it.each(['', 'x'.repeat(513), 'é'.repeat(257), ' ', 'unknown'])(
    'knows no skill that is called %j',
    async (id) => {
      const world = await worldWith('a');
      const path = `/api/skills/-?id=${encodeURIComponent(id)}`;

      expect(await call(world, { path })).toMatchObject({ status: 404, body: { error: 'skill_not_found' } });
      expect((await call(world, { method: 'PUT', path, body: { name: 'A' } })).status).toBe(404);
      expect(world.reads.filter((read) => read !== 'skill unknown')).toEqual([]);
    },
  );
});
