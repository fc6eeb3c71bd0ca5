import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import { switchFeed } from '#functions/admin-api/jobs/switch-feed.ts';
import { withFeed } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, withServices } from '#test/functions/admin-api/world.ts';

describe('Function: switchFeed', () => {
  it.each([
    [true, false, { deployed: true, enabled: false, override: 'set' }],
    [true, true, { deployed: true, enabled: true, override: 'set' }],
    [false, false, { deployed: false, enabled: false, override: 'set' }],
    [false, true, { deployed: false, enabled: false, override: 'set' }],
  ])('remembers what is wanted, deployed: %s, enabled: %s', async (deployed, enabled, outcome) => {
    const world = withFeed(createWorld(), { deployed, started: true });

    expect(await switchFeed(world.services, enabled)).toEqual(outcome);
    expect((await world.stores.feed.read()).control.enabled).toBe(enabled);
  });

  it('leaves a wish for a new connection alone', async () => {
    const world = createWorld();
    await world.stores.feed.control({ reconnectRequestedAt: 7 });

    await switchFeed(world.services, false);

    expect((await world.stores.feed.read()).control).toEqual({ enabled: false, reconnectRequestedAt: 7 });
  });

  it.each([true, false])(
    'says that the feed is as it was where the table does not answer: %s',
    async (enabled) => {
      const world = createWorld();
      const control = () => Promise.reject(new StorageError('no answer'));
      const { services } = withServices(world, { feed: { ...world.services.feed, control } });

      const switched = await switchFeed(services, enabled);

      expect(switched).toEqual({ deployed: true, enabled: !enabled, override: 'failed' });
      expect(world.lines).toMatchObject([
        { level: 'error', message: 'the real-time feed could not be switched' },
      ]);
    },
  );
});
