import { describe, expect, it } from 'vitest';
import { presentSchedule } from '#functions/admin-api/present/present-schedule.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { TICKET_SCHEDULES } from '#test/functions/admin-api/example-tickets.ts';

const [hourly, daily] = TICKET_SCHEDULES;

describe('Function: presentSchedule', () => {
  it.each([
    ['0 2 * * ? *', "cron[hour='2', minute='0']"],
    ['30 4 ? * MON-FRI *', "cron[day_of_week='mon-fri', hour='4', minute='30']"],
    ['0 0 1 JAN ? 2027', "cron[year='2027', month='jan', day='1', hour='0', minute='0']"],
  ])('writes the cron %s as APScheduler does', async (cron, trigger) => {
    const schedule = { ...daily!, expression: { kind: 'cron', cron } as const };

    expect((await presentSchedule(schedule, undefined, NOW)).trigger).toBe(trigger);
  });

  it.each([
    [15, 'interval[0:15:00]'],
    [60, 'interval[1:00:00]'],
    [90, 'interval[1:30:00]'],
    [1_440, 'interval[1 day, 0:00:00]'],
    [2_885, 'interval[2 days, 0:05:00]'],
  ])('writes an interval of %i minutes as APScheduler does', async (minutes, trigger) => {
    const schedule = { ...hourly!, expression: { kind: 'rate', minutes } as const };

    expect((await presentSchedule(schedule, undefined, NOW)).trigger).toBe(trigger);
  });

  it.each([
    [true, undefined, '2026-02-20T02:00:00.000Z'],
    [true, { enabled: false }, null],
    [false, undefined, null],
  ])('enabled: %s, with the override %j, runs next at %s', async (enabled, override, next_run) => {
    expect(await presentSchedule({ ...daily!, enabled }, override, NOW)).toMatchObject({ next_run });
  });
});
