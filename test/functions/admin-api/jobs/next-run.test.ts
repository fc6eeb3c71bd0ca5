import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextCronTime, nextRun } from '#functions/admin-api/jobs/next-run.ts';
import { readSchedule } from '#local/scheduler/aws-schedule.ts';
import { CLEANUP_SCHEDULE, NOW, SKILL_SYNC_SCHEDULE } from '#test/functions/admin-api/example-records.ts';

const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
const after = (text: string) => Date.parse(text);

describe('Function: nextRun', () => {
  it('counts an interval from when the schedule was changed last', async () => {
    expect(iso(await nextRun(SKILL_SYNC_SCHEDULE, NOW))).toBe('2026-02-19T10:40:00.000Z');
    expect(iso(await nextRun({ ...SKILL_SYNC_SCHEDULE, since: NOW }, NOW))).toBe('2026-02-19T10:45:00.000Z');
    expect(iso(await nextRun({ ...SKILL_SYNC_SCHEDULE, since: NOW - 900_000 }, NOW))).toBe(
      '2026-02-19T10:45:00.000Z',
    );
  });

  it('takes a time of change that lies ahead of our clock', async () => {
    expect(iso(await nextRun({ ...SKILL_SYNC_SCHEDULE, since: NOW + 500 }, NOW))).toBe(
      '2026-02-19T10:45:00.500Z',
    );
  });

  it.each([1, 365])(
    'keeps the rhythm of a change %i days ahead, which a wrong clock has left',
    async (days) => {
      const since = NOW + days * 86_400_000 + 60_000;
      expect(iso(await nextRun({ ...SKILL_SYNC_SCHEDULE, since }, NOW))).toBe('2026-02-19T10:31:00.000Z');
    },
  );

  it('reads the fields of a cron', async () => {
    expect(iso(await nextRun(CLEANUP_SCHEDULE, NOW))).toBe('2026-02-20T00:00:00.000Z');
  });

  it('has none for a schedule that is disabled', async () => {
    expect(await nextRun({ ...SKILL_SYNC_SCHEDULE, enabled: false }, NOW)).toBeUndefined();
  });
});

describe('Function: nextCronTime', () => {
  it.each([
    ['0 0 * * ? *', '2026-02-19T00:00:00Z', '2026-02-20T00:00:00.000Z'],
    ['0 0 * * ? *', '2026-02-19T23:59:59.999Z', '2026-02-20T00:00:00.000Z'],
    ['30 2 ? * MON-FRI *', '2026-02-20T02:30:00Z', '2026-02-23T02:30:00.000Z'],
    ['30 2 ? * 1 *', '2026-02-19T00:00:00Z', '2026-02-22T02:30:00.000Z'],
    ['0 12 29 2 ? *', '2026-02-19T00:00:00Z', '2028-02-29T12:00:00.000Z'],
    ['0 12 31 * ? *', '2026-04-01T00:00:00Z', '2026-05-31T12:00:00.000Z'],
    ['*/20 8-10,22 * jan,mar ? *', '2026-01-31T22:40:00Z', '2026-03-01T08:00:00.000Z'],
    ['5/15 * * * ? *', '2026-02-19T10:50:00Z', '2026-02-19T11:05:00.000Z'],
    ['0 0 1 1 ? 2030', '2026-02-19T10:50:00Z', '2030-01-01T00:00:00.000Z'],
    // The last day, the last weekday, the weekday nearest to a Sunday, the second Tuesday and the last Friday.
    ['0 0 L * ? *', '2026-02-19T10:30:00Z', '2026-02-28T00:00:00.000Z'],
    ['0 0 LW * ? *', '2026-02-19T10:30:00Z', '2026-02-27T00:00:00.000Z'],
    ['0 0 15W * ? *', '2026-02-19T10:30:00Z', '2026-03-16T00:00:00.000Z'],
    ['0 0 ? * 3#2 *', '2026-02-19T10:30:00Z', '2026-03-10T00:00:00.000Z'],
    ['0 0 ? * FRIL *', '2026-02-19T10:30:00Z', '2026-02-27T00:00:00.000Z'],
    ['0 0 ? * 2#1 *', '2026-02-19T10:30:00Z', '2026-03-02T00:00:00.000Z'],
    // In UTC also on the days on which clocks are changed elsewhere.
    ['30 2 * * ? *', '2026-03-29T00:00:00Z', '2026-03-29T02:30:00.000Z'],
    ['30 1 * * ? *', '2026-10-25T01:00:00Z', '2026-10-25T01:30:00.000Z'],
  ])('%s after %s is %s', async (fields, from, next) => {
    expect(iso(await nextCronTime(fields, after(from)))).toBe(next);
  });

  it.each([
    '0 0 1 1 ? 2025',
    '0 0 30 2 ? *',
    '0 0 L-3 * ? *',
    '0 0 ? * 2#6 *',
    '0 0 1W,15W * ? *',
    '0 0 * * * *',
    '60 * * * ? *',
    '',
  ])('has none for "%s"', async (fields) => {
    expect(await nextCronTime(fields, NOW)).toBeUndefined();
  });

  it('agrees with the scheduler of the local run', async () => {
    const number = (min: number, max: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min, max }).map(String),
        fc
          .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
          .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
        fc
          .tuple(fc.integer({ min, max }), fc.integer({ min: 1, max: 20 }))
          .map(([from, step]) => `${from}/${step}`),
        fc.array(fc.integer({ min, max }), { minLength: 1, maxLength: 4 }).map((list) => list.join(',')),
      );
    const days = fc.oneof(
      number(1, 28).map((day) => [day, '?'] as const),
      number(1, 7).map((weekday) => ['?', weekday] as const),
      fc.constantFrom('L', 'LW', '1W', '15W', '28W').map((day) => [day, '?'] as const),
      fc.constantFrom('L', '6L', 'SUNL', '3#2', 'FRI#1').map((weekday) => ['?', weekday] as const),
    );
    const cron = fc
      .tuple(number(0, 59), number(0, 23), days, number(1, 12))
      .map(([minute, hour, [day, weekday], month]) => `${minute} ${hour} ${day} ${month} ${weekday} *`);
    await fc.assert(
      fc.asyncProperty(cron, fc.integer({ min: NOW, max: NOW + 40_000_000_000 }), async (fields, from) => {
        const expected = readSchedule(`cron(${fields})`, 'UTC', new Date(0)).next(new Date(from));
        expect(iso(await nextCronTime(fields, from))).toBe(expected?.toISOString());
      }),
      { numRuns: 300 },
    );
  });
});
