import { describe, expect, it } from 'vitest';
import { call } from '#test/functions/admin-api/call-api.ts';
import { addCategory } from '#test/functions/admin-api/fill-world.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';

describe('GET /api/categories', () => {
  it('answers all of them', async () => {
    const world = createWorld();
    await addCategory(world, { name: 'data', skill_count: 3 });
    await addCategory(world, { name: 'Ünï/code' });

    const { body } = await call(world, { path: '/api/categories', token: 'STUDENT' });

    expect(body).toEqual({
      success: true,
      categories: [{ name: 'data', skill_count: 3 }, { name: 'Ünï/code' }],
      next_cursor: null,
    });
  });
});
