import { beforeEach, describe, expect, it } from 'vitest';
import { call } from '#test/functions/admin-api/call-api.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { spend, withTickets } from '#test/functions/admin-api/fill-tickets.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

const start = (world: World, task: string, body?: unknown) =>
  call(world, { method: 'POST', path: `/api/tasks/${task}`, body });

let world: World;
beforeEach(() => {
  world = createWorld();
});

describe('A budget that is used up', () => {
  it.each([
    ['day', 2_000_000, NOW, '2026-02-20T00:00:00.000Z'],
    ['month', 20_000_000, NOW - 86_400_000, '2026-03-01T00:00:00.000Z'],
    ['day, but for less than a ticket', 1_999_500, NOW, '2026-02-20T00:00:00.000Z'],
  ])(
    'of the %s refuses what would cost something until it is there again',
    async (_which, spent, at, resets_at) => {
      await spend(world, spent, at);

      for (const task of ['analyze', 'pipeline']) {
        expect(await start(world, task)).toMatchObject({
          status: 402,
          body: {
            error: 'budget_exhausted',
            resets_at,
            message: expect.stringMatching(/\/api\/tasks\/sync/),
          },
        });
      }
      expect(await start(world, 'sync')).toMatchObject({ status: 200 });
    },
  );

  it('of nothing by its setting says which one, and resets never', async () => {
    const limits = { perDay: 0, perMonth: 1_000_000, perRun: 1_000_000 };

    expect(await start(withTickets(world, { limits }), 'analyze')).toMatchObject({
      status: 402,
      body: { resets_at: null, message: expect.stringMatching(/CLAUDE_BUDGET_USD_PER_DAY/) },
    });
  });
});
