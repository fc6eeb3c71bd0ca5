import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Clock } from '#local/scheduler/scheduler.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';
import { create, createFakeClock, JOB } from './scheduler-on-clock.ts';

describe('Function: createScheduler', () => {
  it('fires at the schedule’s times with the time that was meant', () => {
    // Prepare
    const { scheduler, fired, advanceTo } = create([JOB]);
    scheduler.start();

    // Act
    advanceTo('2026-02-01T00:31:00Z');

    // Assess
    expect(fired).toEqual([
      'job 2026-02-01T00:15 {"at":"2026-02-01T00:15:00Z","x":"<aws.other>"}',
      'job 2026-02-01T00:30 {"at":"2026-02-01T00:30:00Z","x":"<aws.other>"}',
    ]);
  });

  it('fires nothing before it starts, after it stops, and of what is disabled', () => {
    // Prepare
    const { scheduler, fired, advanceTo, timers } = create([JOB, { ...JOB, Name: 'off', State: 'DISABLED' }]);

    // Act and assess
    advanceTo('2026-02-01T01:00:00Z');
    expect(fired).toEqual([]);
    scheduler.start();
    advanceTo('2026-02-01T01:15:00Z');
    scheduler.stop();
    advanceTo('2026-02-01T03:00:00Z');
    expect(fired.map((line) => line.slice(0, 20))).toEqual(['job 2026-02-01T01:15']);
    expect(timers.size).toBe(0);
  });

  it('waits over months without firing early', () => {
    const { scheduler, fired, advanceTo } = create([{ ...JOB, ScheduleExpression: 'cron(0 0 1 6 ? *)' }]);
    scheduler.start();
    advanceTo('2026-05-31T23:59:00Z');
    expect(fired).toEqual([]);
    advanceTo('2026-06-01T00:00:00Z');
    expect(fired).toHaveLength(1);
  });

  it('fires once after the computer slept over several firings', () => {
    const { scheduler, fired, advanceTo, jumpTo } = create([JOB]);
    scheduler.start();
    jumpTo('2026-02-01T05:01:00Z');
    advanceTo('2026-02-01T05:14:00Z');
    expect(fired).toHaveLength(1);
    advanceTo('2026-02-01T05:15:00Z');
    expect(fired).toHaveLength(2);
  });

  it('fires at(…) once', () => {
    const { scheduler, fired, advanceTo } = create([
      { ...JOB, ScheduleExpression: 'at(2026-02-01T00:10:00)' },
    ]);
    scheduler.start();
    advanceTo('2026-02-03T00:00:00Z');
    expect(fired).toHaveLength(1);
  });

  it('puts a change in force at once, counting a rate from then', () => {
    // Prepare
    const { scheduler, fired, advanceTo } = create([JOB]);
    scheduler.start();
    advanceTo('2026-02-01T00:07:00Z');

    // Act
    scheduler.update({ ...JOB, ScheduleExpression: 'rate(5 minutes)' });
    advanceTo('2026-02-01T00:17:00Z');
    scheduler.update({ ...JOB, State: 'DISABLED' });
    advanceTo('2026-02-01T02:00:00Z');

    // Assess
    expect(fired.map((line) => line.slice(0, 20))).toEqual(['job 2026-02-01T00:12', 'job 2026-02-01T00:17']);
    expect(scheduler.nextRun(scheduler.get('group', 'job')!)).toBeUndefined();
  });

  it('refuses a bad expression and keeps what was', () => {
    const { scheduler } = create([JOB]);
    expect(() => scheduler.update({ ...JOB, ScheduleExpression: 'rate(0 minutes)' })).toThrow(
      /rate\(0 minutes\)/,
    );
    expect(scheduler.get('group', 'job')?.definition.ScheduleExpression).toBe('rate(15 minutes)');
  });

  it('refuses to start with a template’s bad expression', () => {
    expect(() => create([{ ...JOB, ScheduleExpression: 'cron(0 3 * * *)' }])).toThrow(/six/);
  });

  it('remembers a change over a restart until the template’s entry changes', () => {
    // Prepare
    const path = join(temporaryDirectory(), 'schedules.json');
    const first = create([JOB], createFakeClock(), path);
    first.scheduler.update({ ...JOB, State: 'DISABLED' });

    // Act
    const same = create([JOB], createFakeClock('2026-02-02T00:00:00Z'), path);
    const changed = create([{ ...JOB, ScheduleExpression: 'rate(20 minutes)' }], createFakeClock(), path);
    const back = create([JOB], createFakeClock(), path);

    // Assess
    const states = [same, changed, back].map(
      ({ scheduler }) => scheduler.get('group', 'job')?.definition.State,
    );
    expect(states).toEqual(['DISABLED', 'ENABLED', 'ENABLED']);
  });

  it.each(['2026-02-02T00:00:00Z', '2027-02-01T00:00:00Z'])(
    'fires in time although it was made at %s, by a clock that was ahead',
    (ahead) => {
      // Prepare
      const path = join(temporaryDirectory(), 'schedules.json');
      create([JOB], createFakeClock(ahead), path);
      const { scheduler, fired, advanceTo } = create([JOB], createFakeClock('2026-02-01T00:00:00Z'), path);

      // Act
      scheduler.start();
      advanceTo('2026-02-01T00:15:00Z');

      // Assess
      expect(fired).toHaveLength(1);
    },
  );

  it('does not wait for a firing of the time in which its clock was ahead', () => {
    // Prepare: timers go by time that passes, the clock by what somebody set.
    let offsetMs = 365 * 86_400_000;
    const fake = createFakeClock();
    const clock: Clock = { ...fake.clock, now: () => new Date(fake.clock.now().getTime() + offsetMs) };
    const { scheduler, fired } = create([JOB], { ...fake, clock });
    scheduler.start();

    // Act
    fake.advanceTo('2026-02-01T00:05:00Z');
    offsetMs = 0;
    fake.advanceTo('2026-02-01T00:22:00Z');

    // Assess
    expect(fired.map((line) => line.slice(0, 20))).toEqual(['job 2026-02-01T00:21']);
  });

  it('counts a rate on over restarts', () => {
    // Prepare
    const path = join(temporaryDirectory(), 'schedules.json');
    create([JOB], createFakeClock('2026-02-01T00:00:00Z'), path);

    // Act
    const { scheduler } = create([JOB], createFakeClock('2026-02-01T00:14:00Z'), path);

    // Assess
    expect(scheduler.nextRun(scheduler.get('group', 'job')!)?.toISOString()).toBe('2026-02-01T00:15:00.000Z');
  });

  it('makes no change that it can not write down', () => {
    // Prepare
    const directory = join(temporaryDirectory(), 'data');
    mkdirSync(directory);
    const { scheduler } = create([JOB], createFakeClock(), join(directory, 'schedules.json'));
    rmSync(directory, { recursive: true });

    // Act and assess
    expect(() => scheduler.update({ ...JOB, State: 'DISABLED' })).toThrow(/ENOENT/);
    expect(scheduler.get('group', 'job')?.definition.State).toBe('ENABLED');
  });
});
