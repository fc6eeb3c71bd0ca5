import { describe, expect, it } from 'vitest';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { createWorld } from '#test/functions/admin-api/world.ts';

describe('GET /api/admin/ratings/conflicts', () => {
  it('shows both sides of each and which one won, the newest first', async () => {
    const world = createWorld();
    const log = world.stores.ratingConflicts;
    const common = { skillId: 'csv', userId: 'dana', detectedAt: NOW };
    const theirs = { rating: 2, at: 0 };
    await log.append({
      ...common,
      ...{ id: '01KHTNPR6M4Y8Z0V9QK2D3F5G1', outcome: 'remote_won', theirs: { ...theirs, at: NOW - 1_000 } },
      ours: { rating: 4, comment: 'Good.', at: NOW - 2_000 },
    });
    await log.append({
      ...common,
      ...{ id: '01KHTNPR6M4Y8Z0V9QK2D3F5G2', outcome: 'updates_not_supported', theirs },
      ours: { rating: 5, at: NOW },
    });
    const { status, body } = await call(world, { path: '/api/admin/ratings/conflicts' });
    expect(status).toBe(200);
    const named = { skill_id: 'csv', user_id: 'dana', detected_at: '2026-02-19T10:30:00.000Z' };
    expect(body.conflicts).toEqual([
      {
        ...named,
        id: '01KHTNPR6M4Y8Z0V9QK2D3F5G2',
        local: { rating: 5, comment: null, at: '2026-02-19T10:30:00.000Z' },
        remote: { rating: 2, comment: null, at: null },
        outcome: 'updates_not_supported',
      },
      {
        ...named,
        id: '01KHTNPR6M4Y8Z0V9QK2D3F5G1',
        local: { rating: 4, comment: 'Good.', at: '2026-02-19T10:29:58.000Z' },
        remote: { rating: 2, comment: null, at: '2026-02-19T10:29:59.000Z' },
        outcome: 'remote_won',
      },
    ]);
  });
});
