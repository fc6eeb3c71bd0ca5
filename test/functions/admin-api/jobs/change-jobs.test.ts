import { describe, expect, it } from 'vitest';
import { JobId } from '#core/runs/run.ts';
import { SchedulesUnavailableError } from '#core/runs/schedule-store.ts';
import { JOB_OF_TASK } from '#core/tickets/ticket-event.ts';
import { changeJob, switchJobs } from '#functions/admin-api/jobs/change-jobs.ts';
import { withTicketSchedules } from '#test/functions/admin-api/fill-tickets.ts';
import { overrideOf } from '#test/functions/admin-api/fill-world.ts';
import { createWorld, type World, withServices } from '#test/functions/admin-api/world.ts';

/** The world, with a note of each write to table and scheduler in `steps`. */
function traced(world: World, steps: string[]) {
  const { schedules, jobs } = world.services;
  return withServices(world, {
    jobs: {
      ...jobs,
      setOverride: async (job, override) => {
        steps.push('override');
        await jobs.setOverride(job, override);
      },
    },
    schedules: {
      ...schedules,
      change: async (job, change) => {
        steps.push('schedule');
        return schedules.change(job, change);
      },
    },
  }).services;
}

/** The world with a scheduler that takes no change. */
function withoutScheduler(world: World) {
  const change = async () => {
    throw new SchedulesUnavailableError('no answer', true);
  };
  return withServices(world, { schedules: { ...world.services.schedules, change } }).services;
}

describe('Function: changeJob', () => {
  it.each([
    ['a stop', { enabled: false }, ['override', 'schedule']],
    ['a start', { enabled: true }, ['schedule', 'override']],
    ['an interval', { minutes: 30 }, ['schedule', 'override']],
    ['a stop with an interval', { enabled: false, minutes: 30 }, ['override', 'schedule', 'override']],
    ['nothing', {}, ['schedule']],
  ])('writes for %s, in this order', async (_what, change, expected) => {
    const steps: string[] = [];

    await changeJob(traced(createWorld(), steps), JobId.skillSync, change);

    expect(steps).toEqual(expected);
  });

  it.each([
    [JobId.skillSync, 5],
    [JobId.skillSync, 60],
  ])('takes the ends of the range for %s: %i', async (job, minutes) => {
    const world = createWorld();

    expect(await changeJob(world.services, job, { minutes })).toMatchObject({
      expression: { kind: 'rate', minutes },
    });
    expect(await overrideOf(world, job)).toEqual({ intervalMinutes: minutes });
  });

  it.each([15, 1_440])('takes the ends of the range for the ticket sync: %i', async (minutes) => {
    const world = withTicketSchedules(createWorld());

    expect(await changeJob(world.services, JobId.ticketSync, { minutes })).toMatchObject({
      expression: { kind: 'rate', minutes },
    });
  });

  it.each([
    [JobId.ticketSync, 14],
    [JobId.ticketSync, 1_441],
    [JobId.ticketSync, 0],
    [JobId.dailySync, 60],
  ])('refuses an interval that is none for %s: %i', async (job, minutes) => {
    const { services } = withTicketSchedules(createWorld());

    await expect(changeJob(services, job, { minutes })).rejects.toMatchObject({ code: 'validation_failed' });
  });

  it.each([
    [JobId.ratingSync, 'job_not_found'],
    ['other', 'job_not_found'],
  ])('knows no job %s', async (job, code) => {
    await expect(changeJob(createWorld().services, job, { enabled: true })).rejects.toMatchObject({ code });
  });

  it('says of a job without a schedule that there is none', async () => {
    const world = createWorld();
    world.schedules.delete(JobId.skillSync);

    await expect(changeJob(world.services, JobId.skillSync, { enabled: true })).rejects.toMatchObject({
      code: 'job_not_found',
    });
    expect(world.jobWrites).toEqual([]);
  });

  it.each([
    [{ enabled: false }, true, { enabled: false, stops: 1 }],
    [{ enabled: true }, false, undefined],
  ])('tells where the scheduler fails what is in force: %j', async (change, stopped, override) => {
    const world = createWorld();
    const services = withoutScheduler(world);

    await expect(changeJob(services, JobId.skillSync, change)).rejects.toMatchObject({
      status: 503,
      code: 'schedule_not_changed',
      facts: { job: JobId.skillSync, stopped },
    });
    expect(await overrideOf(world, JobId.skillSync)).toEqual(override);
  });
});

describe('Function: switchJobs', () => {
  it.each([
    // Either is enough for a stop; a start needs both.
    [false, false],
    [true, false],
  ])('counts a job whose schedule failed after %s as enabled: %s', async (asked, enabled) => {
    const world = withServices(createWorld(), { tickets: undefined });

    const switched = await switchJobs(withoutScheduler(world), asked);

    expect(switched).toEqual(
      world.services.settings.jobs.map((id) => ({ id, enabled, override: 'set', schedule: 'failed' })),
    );
    expect(world.lines.map(({ level, message }) => [level, message])).toEqual(
      Array(2).fill(['error', 'a job could not be switched']),
    );
  });

  it('writes every override before any schedule', async () => {
    const steps: string[] = [];

    await switchJobs(traced(withServices(createWorld(), { tickets: undefined }), steps), false);

    expect(steps).toEqual(['override', 'override', 'schedule', 'schedule']);
  });

  it.each([true, false])(
    'switches the tickets’ jobs that have no schedule by their override: %s',
    async (asked) => {
      const world = createWorld();

      const switched = await switchJobs(world.services, asked);

      const tickets = switched.filter(({ schedule }) => schedule === 'none');
      expect(new Set(tickets.map(({ id }) => id))).toEqual(new Set(Object.values(JOB_OF_TASK)));
      expect(tickets).toEqual(
        tickets.map(({ id }) => ({ id, enabled: asked, override: 'set', schedule: 'none' })),
      );
      expect(await overrideOf(world, JobId.ticketAnalysis)).toMatchObject({ enabled: asked });
    },
  );
});
