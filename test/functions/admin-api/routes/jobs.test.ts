import { describe, expect, it } from 'vitest';
import { JobId } from '#core/runs/run.ts';
import { SchedulesUnavailableError } from '#core/runs/schedule-store.ts';
import { apiOf, call } from '#test/functions/admin-api/call-api.ts';
import { SKILL_SYNC_SCHEDULE } from '#test/functions/admin-api/example-records.ts';
import { overrideOf } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, type World, withServices } from '#test/functions/admin-api/world.ts';

const JOBS = '/api/admin/sync/jobs';
const SKILL_SYNC = `${JOBS}/${JobId.skillSync}`;

const jobs = async (world: World) => (await call(world, { path: JOBS })).body.jobs;
const patch = (world: World, body: unknown, path = SKILL_SYNC, api = apiOf(world)) =>
  call(world, { method: 'PATCH', path, body }, api);

/** The world with a scheduler that takes no change. */
function withoutScheduler(world: World) {
  const change = async () => {
    throw new SchedulesUnavailableError('no answer', true);
  };
  return apiOf(withServices(world, { schedules: { ...world.services.schedules, change } }));
}

describe('GET /api/admin/sync/jobs', () => {
  it('tells each job’s schedule and when it runs next', async () => {
    expect(await jobs(createWorld())).toEqual([
      {
        id: 'skill-sync-atom-saas',
        name: 'Atom SaaS skill sync',
        next_run_time: '2026-02-19T10:40:00.000Z',
        trigger: 'interval',
        minutes: 15,
        enabled: true,
      },
      {
        id: 'cache-cleanup',
        name: 'Cache cleanup',
        next_run_time: '2026-02-20T00:00:00.000Z',
        trigger: 'cron',
        cron: '0 0 * * ? *',
        enabled: true,
      },
    ]);
  });

  it('shows a job as stopped that was stopped by hand, although a deployment enabled its schedule', async () => {
    const world = createWorld();
    await patch(world, { enabled: false });
    world.schedules.set(JobId.skillSync, SKILL_SYNC_SCHEDULE);

    expect(await jobs(world)).toMatchObject([{ enabled: false, next_run_time: null }, { enabled: true }]);
  });

  it('answers 503 while the scheduler does not', async () => {
    const world = createWorld();
    const schedules = {
      ...world.services.schedules,
      list: async () => {
        throw new SchedulesUnavailableError('AccessDenied', false);
      },
    };

    const answer = await call(world, { path: JOBS }, apiOf(withServices(world, { schedules })));

    expect(answer).toMatchObject({ status: 503, body: { error: 'schedules_unavailable' } });
  });
});

describe('PATCH /api/admin/sync/jobs/{id}', () => {
  it('sets the interval in the schedule and remembers it', async () => {
    const world = createWorld();

    const { status, body } = await patch(world, { minutes: 30 });

    expect(status).toBe(200);
    expect(body.job).toMatchObject({ minutes: 30, enabled: true, next_run_time: '2026-02-19T11:00:00.000Z' });
    expect(await overrideOf(world, JobId.skillSync)).toEqual({ intervalMinutes: 30 });
  });

  it('stops a job and starts it again', async () => {
    const world = createWorld();

    const stopped = await patch(world, { enabled: false, minutes: 5 });
    const started = await patch(world, { enabled: true });

    expect(stopped.body.job).toMatchObject({ minutes: 5, enabled: false, next_run_time: null });
    expect(started.body.job).toMatchObject({ minutes: 5, enabled: true });
    expect(await overrideOf(world, JobId.skillSync)).toEqual({ enabled: true, intervalMinutes: 5, stops: 1 });
  });

  it.each([
    ['nothing', {}, 'body'],
    ['no body', undefined, 'body'],
    ['too short an interval', { minutes: 4 }, 'minutes'],
    ['too long an interval', { minutes: 61 }, 'minutes'],
    ['half a minute', { minutes: 10.5 }, 'minutes'],
    ['text', { minutes: '15' }, 'minutes'],
    ['another field', { minutes: 15, cron: '* * * * ? *' }, 'cron'],
    ['a wrong state', { enabled: 'no' }, 'enabled'],
  ])('refuses %s', async (_what, body, field) => {
    const world = createWorld();

    const answer = await patch(world, body);

    expect(answer).toMatchObject({ status: 400, body: { error: 'validation_failed', details: [{ field }] } });
    expect(world.schedules.get(JobId.skillSync)).toEqual(SKILL_SYNC_SCHEDULE);
    expect(world.jobWrites).toEqual([]);
  });

  it('has no interval for what runs at fixed times', async () => {
    expect(await patch(createWorld(), { minutes: 15 }, `${JOBS}/cache-cleanup`)).toMatchObject({
      status: 400,
      body: { details: [{ field: 'minutes' }] },
    });
  });

  it.each(['nothing', JobId.ratingSync, '..', 'x'.repeat(3_000), '日本'])('knows no job "%s"', async (id) => {
    const world = createWorld();

    expect(await patch(world, { enabled: false }, `${JOBS}/${id}`)).toMatchObject({
      status: 404,
      body: { error: 'job_not_found' },
    });
    expect(world.jobWrites).toEqual([]);
  });

  it('stops a job for good even while the scheduler does not answer', async () => {
    const world = createWorld();

    const answer = await patch(world, { enabled: false }, SKILL_SYNC, withoutScheduler(world));

    expect(answer).toMatchObject({
      status: 503,
      body: { error: 'schedule_not_changed', job: JobId.skillSync, stopped: true },
    });
    expect(await overrideOf(world, JobId.skillSync)).toEqual({ enabled: false, stops: 1 });
  });

  it.each([4, 61, 10.5, '15', null, true, 1e308])('names the range where minutes are %j', async (minutes) => {
    const world = createWorld();
    const jobs = [JobId.skillSync, JobId.ratingSync];
    const api = apiOf(withServices(world, { settings: { ...world.services.settings, jobs } }));
    const messageOf = async (job: string) => {
      const answer = await patch(world, { minutes }, `${JOBS}/${job}`, api);
      expect(answer.status).toBe(400);
      return answer.body.details[0].message;
    };

    expect(await messageOf(JobId.skillSync)).toBe('must be a whole number from 5 to 60');
    if (minutes !== 61)
      expect(await messageOf(JobId.ratingSync)).toBe('must be a whole number from 10 to 120');
  });

  it.each([{ enabled: true }, { minutes: 30 }])('leaves all as it was when it can not: %j', async (body) => {
    const world = createWorld();

    const answer = await patch(world, body, SKILL_SYNC, withoutScheduler(world));

    expect(answer).toMatchObject({ status: 503, body: { error: 'schedule_not_changed', stopped: false } });
    expect(world.jobWrites).toEqual([]);
  });
});
