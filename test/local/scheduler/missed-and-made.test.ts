import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScheduleDefinition } from '#local/scheduler/schedule-definition.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';
import { create, createFakeClock, JOB } from './scheduler-on-clock.ts';

describe('a firing at a fixed time that nobody was there for', () => {
  const NIGHTLY: ScheduleDefinition = {
    ...JOB,
    ScheduleExpression: 'cron(0 2 * * ? *)',
    Target: { ...JOB.Target, RetryPolicy: { MaximumEventAgeInSeconds: 3600 } },
  };

  /** Runs until one time, is off until another, and starts again: what is fired at that start. */
  function afterOff(definition: ScheduleDefinition, offAt: string, onAt: string): string[] {
    const path = join(temporaryDirectory(), 'schedules.json');
    const before = create([definition], createFakeClock('2026-02-01T00:00:00Z'), path);
    before.scheduler.start();
    before.advanceTo(offAt);
    before.scheduler.stop();
    const after = create([definition], createFakeClock(onAt), path);
    after.scheduler.start();
    return after.fired.map((line) => line.slice(0, 49));
  }

  it.each([
    ['2026-02-01T01:00:00Z', '2026-02-01T02:40:00Z', '2026-02-01T02:00:00Z'],
    ['2026-02-01T01:00:00Z', '2026-02-01T03:00:00Z', undefined],
    ['2026-02-01T01:00:00Z', '2026-02-01T04:00:00Z', undefined],
    // Many that were missed are one.
    ['2026-02-01T01:00:00Z', '2026-02-05T02:59:00Z', '2026-02-05T02:00:00Z'],
    // It was fired before the end.
    ['2026-02-01T02:05:00Z', '2026-02-01T02:40:00Z', undefined],
    ['2026-02-01T01:00:00Z', '2026-02-01T01:30:00Z', undefined],
  ])('trap 25: off at %s, on at %s', (offAt, onAt, scheduledAt) => {
    const fired = afterOff(NIGHTLY, offAt, onAt);
    if (scheduledAt === undefined) expect(fired).toEqual([]);
    else expect(fired).toEqual([`job ${onAt.slice(0, 16)} {"at":"${scheduledAt}"`]);
  });

  it('is made up for once, however often the computer is started in its hour', () => {
    const path = join(temporaryDirectory(), 'schedules.json');
    create([NIGHTLY], createFakeClock('2026-02-01T01:00:00Z'), path);
    const firings = ['2026-02-01T02:10:00Z', '2026-02-01T02:20:00Z'].map((at) => {
      const { scheduler, fired } = create([NIGHTLY], createFakeClock(at), path);
      scheduler.start();
      return fired.length;
    });
    expect(firings).toEqual([1, 0]);
  });

  it('is nobody’s when the schedule was made or changed after its time, or is disabled', () => {
    expect(
      afterOff({ ...NIGHTLY, State: 'DISABLED' }, '2026-02-01T01:00:00Z', '2026-02-01T02:40:00Z'),
    ).toEqual([]);
    const { scheduler, fired } = create([NIGHTLY], createFakeClock('2026-02-01T02:30:00Z'));
    scheduler.start();
    expect(fired).toEqual([]);
  });

  it('is not made up for where the schedule is a rate, which the next interval catches up with', () => {
    expect(afterOff(JOB, '2026-02-01T01:00:00Z', '2026-02-01T02:40:00Z')).toEqual([]);
  });
});

describe('a schedule that a call made', () => {
  const POLL: ScheduleDefinition = { ...JOB, Name: 'poll', ScheduleExpression: 'rate(5 minutes)' };

  it('fires, survives a restart, and is gone when it is removed', () => {
    // Prepare
    const path = join(temporaryDirectory(), 'schedules.json');
    const first = create([JOB], createFakeClock('2026-02-01T00:00:00Z'), path);
    first.scheduler.start();

    // Act and assess
    first.scheduler.create(POLL);
    first.advanceTo('2026-02-01T00:06:00Z');
    expect(first.fired.map((line) => line.slice(0, 21))).toEqual(['poll 2026-02-01T00:05']);

    const second = create([JOB], createFakeClock('2026-02-01T00:07:00Z'), path);
    second.scheduler.start();
    second.advanceTo('2026-02-01T00:11:00Z');
    expect(second.fired.map((line) => line.slice(0, 21))).toEqual(['poll 2026-02-01T00:10']);
    expect(second.scheduler.remove('group', 'poll')).toBe(true);
    expect(second.scheduler.remove('group', 'poll')).toBe(false);
    second.advanceTo('2026-02-01T00:14:00Z');
    expect(second.fired).toHaveLength(1);

    const third = create([JOB], createFakeClock('2026-02-01T00:20:00Z'), path);
    expect(third.scheduler.list().map(({ definition }) => definition.Name)).toEqual(['job']);
  });

  it('is not made where its expression is none', () => {
    const { scheduler } = create([JOB]);
    expect(() => scheduler.create({ ...POLL, ScheduleExpression: 'rate(0 minutes)' })).toThrow();
    expect(scheduler.get('group', 'poll')).toBeUndefined();
  });
});
