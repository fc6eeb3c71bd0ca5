import { describe, expect, it } from 'vitest';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW, RUN_ID } from '#test/functions/admin-api/example-records.ts';
import { reject } from '#test/functions/admin-api/fill-world.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';

describe('GET /api/admin/sync/errors', () => {
  it('lists what was refused, with id, reason and when', async () => {
    const world = createWorld();
    const record = { id: 's1', kind: 'skill', reason: 'name: must not be empty', runId: RUN_ID };
    await reject(world, { ...record, firstSeenAt: NOW - 5_000, lastSeenAt: NOW });

    const { body } = await call(world, { path: '/api/admin/sync/errors' });

    expect(body).toEqual({
      success: true,
      errors: [
        {
          id: 's1',
          kind: 'skill',
          reason: 'name: must not be empty',
          run_id: RUN_ID,
          first_seen_at: '2026-02-19T10:29:55.000Z',
          last_seen_at: '2026-02-19T10:30:00.000Z',
        },
      ],
      next_cursor: null,
    });
  });
});
