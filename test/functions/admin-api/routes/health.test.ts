import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import type { JobState } from '#core/runs/job-store.ts';
import { JobId } from '#core/runs/run.ts';
import { SchedulesUnavailableError } from '#core/runs/schedule-store.ts';
import { assessHealth } from '#functions/admin-api/health/assess-health.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import { apiOf, call } from '#test/functions/admin-api/call-api.ts';
import { jobState, NOW } from '#test/functions/admin-api/example-records.ts';
import { endRun, reportFeed, withFeed } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, type World, withServices } from '#test/functions/admin-api/world.ts';

const MINUTE = 60_000;
const anonymous = { token: undefined };

describe('GET /health/ready', () => {
  const ready = (over: Partial<Services> = {}, world = createWorld()) =>
    call(world, { path: '/health/ready', ...anonymous }, apiOf(withServices(world, over)));
  const broken = async (): Promise<never> => {
    throw new StorageError('atom-sync-Table does not answer');
  };
  const { services } = createWorld();

  it('asks the table by one point read and the scheduler', async () => {
    const world = createWorld();

    const { status, body } = await ready({}, world);

    expect({ status, body }).toEqual({
      status: 200,
      body: { status: 'ready', database: 'connected', schedules: 'registered' },
    });
    expect(world.reads).toEqual([`state ${JobId.skillSync}`]);
  });

  it('names the database', async () => {
    const answer = await ready({ jobs: { ...services.jobs, state: broken } });

    expect(answer).toMatchObject({
      status: 503,
      body: {
        success: false,
        error: 'not_ready',
        status: 'not_ready',
        database: 'unavailable',
        schedules: 'registered',
        message: 'The database is unavailable.',
      },
    });
    expect(JSON.stringify(answer.body)).not.toContain('Table');
  });

  it('names the scheduler', async () => {
    const list = async () => {
      throw new SchedulesUnavailableError('no answer', true);
    };

    expect((await ready({ schedules: { ...services.schedules, list } })).body).toMatchObject({
      database: 'connected',
      schedules: 'unavailable',
      message: 'The schedules are unavailable.',
    });
  });

  it('names schedules that are missing, and both where both fail', async () => {
    const world = createWorld();
    world.schedules.delete(JobId.cacheCleanup);

    const answer = await ready({ jobs: { ...services.jobs, state: broken } }, world);

    expect(answer.body.message).toBe('The database is unavailable. The schedules are missing.');
    // The API works: its alarm has to know that this 503 is none of its own.
    expect(world.counted).toEqual(['UnhealthyAnswers']);
  });
});

describe('GET /health/sync', () => {
  /** The last runs of the skill sync end so. */
  const endAs = async (world: World, { lastSuccessAt, lastStatus, override }: Partial<JobState>) => {
    const { jobs } = world.stores;
    await endRun(world, JobId.skillSync, { endedAt: lastSuccessAt ?? NOW });
    if (lastStatus === 'failed') await endRun(world, JobId.skillSync, { status: 'failed' });
    if (override) await jobs.setOverride(JobId.skillSync, override);
  };
  /** Without a feed, unless another world is given. */
  const health = async (
    state: Partial<JobState> | undefined,
    world = withFeed(createWorld(), { deployed: false, started: false }),
  ) => {
    if (state) await endAs(world, state);
    return call(world, { path: '/health/sync', ...anonymous });
  };
  const succeeded = (minutesAgo: number) => ({
    lastSuccessAt: NOW - minutesAgo * MINUTE,
    lastStatus: 'success' as const,
  });

  it('is healthy after a recent success', async () => {
    expect(await health(succeeded(4.25))).toMatchObject({
      status: 200,
      body: {
        status: 'healthy',
        sync: { last_sync_at: '2026-02-19T10:25:45.000Z', minutes_since_last_sync: 4.3 },
        websocket: { connected: false, last_message_at: null },
      },
    });
  });

  it('is unhealthy, with nulls, before the first success', async () => {
    expect(await health(undefined)).toMatchObject({
      status: 503,
      body: {
        success: false,
        error: 'sync_unhealthy',
        status: 'unhealthy',
        sync: { last_sync_at: null, minutes_since_last_sync: null },
        websocket: { connected: false, last_message_at: null },
      },
    });
  });

  it.each([
    ['at 30 minutes', succeeded(30), 200],
    ['beyond 30 minutes', succeeded(30.1), 503],
    ['beyond 30 minutes, with a short interval', { ...succeeded(29), override: { intervalMinutes: 5 } }, 200],
    ['within two intervals', { ...succeeded(119), override: { intervalMinutes: 60 } }, 200],
    ['beyond two intervals', { ...succeeded(121), override: { intervalMinutes: 60 } }, 503],
    ['after a failed run', { ...succeeded(1), lastStatus: 'failed' as const }, 503],
    ['with a clock that runs ahead', succeeded(-1), 200],
  ])('judges %s', async (_what, state, status) => {
    expect((await health(state)).status).toBe(status);
  });

  it.each([
    ['an hour', 60, '2026-02-19T11:30:00.000Z'],
    ['a day', 1_440, '2026-02-20T10:30:00.000Z'],
    ['a year', 525_600, '2027-02-19T10:30:00.000Z'],
  ])('is unhealthy when the last success lies %s in the future', async (_what, minutes, at) => {
    const { status, body } = await health(succeeded(-minutes));

    expect({ status, body }).toMatchObject({
      status: 503,
      body: {
        success: false,
        error: 'sync_unhealthy',
        status: 'unhealthy',
        message: expect.stringMatching(/^The last success lies in the future \(20\S+\)/),
        sync: { last_sync_at: at, minutes_since_last_sync: null },
      },
    });
  });

  it('is healthy again with the next success, and never minds a clock that is five minutes ahead', async () => {
    expect(await health(succeeded(-5))).toMatchObject({
      status: 200,
      body: { status: 'healthy', sync: { minutes_since_last_sync: 0 } },
    });
    expect((await health(succeeded(-525_600))).status).toBe(503);
    expect((await health(succeeded(0))).status).toBe(200);
  });

  it.each([1, 365])('counts a feed as lost whose lease lies %i days ahead', async (days) => {
    const world = createWorld();
    world.clock = NOW + days * 1_440 * MINUTE;
    await reportFeed(world);
    world.clock = NOW;

    expect(await health(succeeded(1), world)).toMatchObject({
      body: { status: 'degraded', websocket: { connected: false } },
    });
  });

  it('is degraded while the feed is lost, also when its task is gone', async () => {
    const world = createWorld();
    const answer = (clock: number) => {
      world.clock = clock;
      return health(succeeded(1), world);
    };
    expect(await answer(NOW)).toMatchObject({ status: 200, body: { status: 'degraded' } });

    await reportFeed(world);
    expect(await answer(NOW)).toMatchObject({
      status: 200,
      body: {
        status: 'healthy',
        websocket: { connected: true, last_message_at: '2026-02-19T10:29:59.000Z' },
      },
    });
    expect(await answer(NOW + 60_001)).toMatchObject({
      status: 200,
      body: { status: 'degraded', websocket: { connected: false } },
    });
  });

  it.each<[string, (world: World) => World | Promise<World>]>([
    ['is not deployed', (world) => withFeed(world, { deployed: false, started: true })],
    ['is not started by itself', (world) => withFeed(world, { deployed: true, started: false })],
    ['is switched off', (world) => world.stores.feed.control({ enabled: false }).then(() => world)],
  ])('does not miss a feed that %s', async (_what, change) => {
    const { status, body } = await health(succeeded(1), await change(createWorld()));

    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: 'healthy', websocket: { connected: false } },
    });
  });

  it('takes a lost feed alone for degraded, and one that is not there for nothing', () => {
    const state = jobState(JobId.skillSync, succeeded(1));
    const status = (feed: Parameters<typeof assessHealth>[2]) => assessHealth(state, 15, feed, NOW).status;

    expect(status({ connected: false, lastMessageAt: undefined })).toBe('degraded');
    expect(status({ connected: true, lastMessageAt: NOW })).toBe('healthy');
    expect(status(undefined)).toBe('healthy');
  });
});
