import { describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import { JobId } from '#core/runs/run.ts';
import { SchedulesUnavailableError } from '#core/runs/schedule-store.ts';
import { apiOf, call } from '#test/functions/admin-api/call-api.ts';
import { withTicketSchedules } from '#test/functions/admin-api/fill-tickets.ts';
import { audited, overrideOf, withFeed } from '#test/functions/admin-api/fill-world.ts';
import {
  createWorld as createWholeWorld,
  type World,
  withServices,
} from '#test/functions/admin-api/world.ts';

const JOBS = '/api/admin/sync/jobs';

/** Without the tickets, whose jobs have tests of their own. */
const createWorld = () => withServices(createWholeWorld(), { tickets: undefined });
const jobs = async (world: World) => (await call(world, { path: JOBS })).body.jobs;

/** The world with a scheduler that does not answer (`list` still does), or a table that takes no override. */
function without(world: World, part: 'scheduler' | 'table', job?: string) {
  const { schedules, jobs } = world.services;
  const change: typeof schedules.change = async (id, asked) => {
    if (job === undefined || id === job) throw new SchedulesUnavailableError('no answer', true);
    return schedules.change(id, asked);
  };
  const setOverride = async () => {
    throw new StorageError('no answer');
  };
  const over =
    part === 'scheduler' ? { schedules: { ...schedules, change } } : { jobs: { ...jobs, setOverride } };
  return apiOf(withServices(world, over));
}

describe('DELETE and POST /api/admin/sync/jobs', () => {
  const stop = { method: 'DELETE', path: JOBS };
  const start = { method: 'POST', path: JOBS };

  it('stops all jobs, in table and scheduler, and starts them again', async () => {
    const world = createWorld();

    const stopped = await call(world, stop);
    expect(stopped.status).toBe(200);
    expect(stopped.body.jobs).toEqual(
      [JobId.skillSync, JobId.cacheCleanup].map((id) => ({
        id,
        enabled: false,
        override: 'set',
        schedule: 'changed',
      })),
    );
    expect([...world.schedules.values()].map(({ enabled }) => enabled)).toEqual([false, false]);
    expect((await jobs(world)).map((job: { next_run_time: unknown }) => job.next_run_time)).toEqual([
      null,
      null,
    ]);

    expect((await call(world, start)).status).toBe(200);
    expect([...world.schedules.values()].map(({ enabled }) => enabled)).toEqual([true, true]);
    expect([await overrideOf(world, JobId.skillSync), await overrideOf(world, JobId.cacheCleanup)]).toEqual([
      { enabled: true, stops: 1 },
      { enabled: true, stops: 1 },
    ]);
  });

  it('is an effective stop while the scheduler does not answer', async () => {
    const world = createWorld();

    const { status, body } = await call(world, stop, without(world, 'scheduler'));

    expect(status).toBe(200);
    expect(body.jobs).toMatchObject([
      { enabled: false, override: 'set', schedule: 'failed' },
      { enabled: false, override: 'set', schedule: 'failed' },
    ]);
    expect(await overrideOf(world, JobId.cacheCleanup)).toEqual({ enabled: false, stops: 1 });
  });

  it('is an effective stop while the table does not answer', async () => {
    const world = createWorld();

    const { status, body } = await call(world, stop, without(world, 'table'));

    expect(status).toBe(200);
    expect(body.jobs).toMatchObject([{ enabled: false, override: 'failed', schedule: 'changed' }, {}]);
  });

  it('says of each job what became of it when not all could be started', async () => {
    const world = createWorld();
    await call(world, stop);

    const { status, body } = await call(world, start, without(world, 'scheduler', JobId.skillSync));

    expect(status).toBe(503);
    expect(body).toMatchObject({
      success: false,
      error: 'jobs_partly_changed',
      message: expect.stringContaining(JobId.skillSync),
      jobs: [
        { id: JobId.skillSync, enabled: false, override: 'set', schedule: 'failed' },
        { id: JobId.cacheCleanup, enabled: true, override: 'set', schedule: 'changed' },
      ],
    });
    expect(world.schedules.get(JobId.skillSync)?.enabled).toBe(false);
  });

  it('closes the feed as well and lets it connect again, and says so', async () => {
    const world = createWorld();

    const stopped = await call(world, stop);
    expect(stopped.body.websocket).toEqual({ deployed: true, enabled: false, override: 'set' });
    expect((await world.stores.feed.read()).control).toEqual({ enabled: false });

    const started = await call(world, start);
    expect(started.body.websocket).toEqual({ deployed: true, enabled: true, override: 'set' });
    expect((await world.stores.feed.read()).control).toEqual({ enabled: true });
    expect((await audited(world)).map(({ action, status }) => [action, status])).toEqual([
      ['POST /api/admin/sync/jobs', 200],
      ['DELETE /api/admin/sync/jobs', 200],
    ]);
  });

  it('says that there is no feed, and remembers the stop for a deployment that has one', async () => {
    const world = withFeed(createWorld(), { deployed: false, started: false });

    const { status, body } = await call(world, stop);

    expect([status, body.websocket]).toEqual([200, { deployed: false, enabled: false, override: 'set' }]);
    expect((await world.stores.feed.read()).control).toEqual({ enabled: false });
    expect((await call(world, start)).body.websocket).toEqual({
      deployed: false,
      enabled: false,
      override: 'set',
    });
  });

  it.each([
    [stop, true, true, 'Not stopped: the real-time feed. Try again in a few seconds.'],
    [start, true, false, 'Not started: the real-time feed. Try again in a few seconds.'],
    // What could not be remembered does not hold for the feed of a later deployment.
    [stop, false, false, 'Not stopped: the real-time feed. Try again in a few seconds.'],
    [start, false, false, 'Not started: the real-time feed. Try again in a few seconds.'],
  ])('says that all is done but the feed: %j, deployed: %j', async (request, deployed, enabled, message) => {
    const world = withFeed(createWorld(), { deployed, started: deployed });
    const control = () => Promise.reject(new StorageError('no answer'));
    const api = apiOf(withServices(world, { feed: { ...world.services.feed, control } }));

    const { status, body } = await call(world, request, api);

    expect(status).toBe(503);
    expect(body).toMatchObject({
      error: 'jobs_partly_changed',
      message,
      jobs: [{ override: 'set' }, { override: 'set' }],
      websocket: { deployed, enabled, override: 'failed' },
    });
    expect(await audited(world)).toMatchObject([{ status: 503, error: 'jobs_partly_changed' }]);
  });

  it('stops the runs of the tickets that no schedule starts, too', async () => {
    const world = withTicketSchedules(createWholeWorld());

    const { body } = await call(world, stop);

    expect(body.jobs.map(({ id, schedule }: Record<string, string>) => [id, schedule])).toEqual([
      ...world.services.settings.jobs.map((id) => [id, 'changed']),
      ...[JobId.ticketAnalysis, JobId.ticketConsolidate, JobId.ticketRetention].map((id) => [id, 'none']),
    ]);
    expect(await overrideOf(world, JobId.ticketAnalysis)).toEqual({ enabled: false, stops: 1 });
  });

  it('names a schedule that is missing', async () => {
    const world = createWorld();
    world.schedules.delete(JobId.cacheCleanup);

    expect((await call(world, start)).body.jobs).toMatchObject([{}, { enabled: false, schedule: 'missing' }]);
  });
});
