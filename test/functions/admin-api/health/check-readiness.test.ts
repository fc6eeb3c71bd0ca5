import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import { JobId } from '#core/runs/run.ts';
import { checkReadiness } from '#functions/admin-api/health/check-readiness.ts';
import { createWorld, withServices } from '#test/functions/admin-api/world.ts';

const broken = async (): Promise<never> => {
  throw new StorageError('no answer');
};

describe('Function: checkReadiness', () => {
  it('finds table and schedules', async () => {
    expect(await checkReadiness(createWorld().services)).toEqual({
      database: 'connected',
      schedules: 'registered',
    });
  });

  it('asks for no schedule beside those of the settings', async () => {
    const world = createWorld();
    const settings = { ...world.services.settings, jobs: [JobId.skillSync] };
    world.schedules.delete(JobId.cacheCleanup);

    const { schedules } = await checkReadiness(withServices(world, { settings }).services);

    expect(schedules).toBe('registered');
  });

  it('names what is missing or does not answer, each apart from the other', async () => {
    const world = createWorld();
    const { jobs, schedules } = world.services;
    const withoutTable = withServices(world, { jobs: { ...jobs, state: broken } });
    const withoutBoth = withServices(withoutTable, { schedules: { ...schedules, list: broken } });
    world.schedules.delete(JobId.cacheCleanup);

    expect(await checkReadiness(withoutTable.services)).toEqual({
      database: 'unavailable',
      schedules: 'missing',
    });
    expect(await checkReadiness(withoutBoth.services)).toEqual({
      database: 'unavailable',
      schedules: 'unavailable',
    });
    expect(world.lines.map(({ level }) => level)).toEqual(['warn', 'warn', 'warn']);
  });
});
