import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CronExpressionError } from '#core/runs/cron-fields.ts';
import { nextCronTime } from '#core/runs/next-cron-time.ts';
import { readSchedule } from '#local/scheduler/aws-schedule.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';

const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
const after = (text: string) => Date.parse(text);

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
  ])('%s after %s is %s', (fields, from, next) => {
    expect(iso(nextCronTime(fields, after(from)))).toBe(next);
  });

  it.each(['0 0 1 1 ? 2025', '0 0 30 2 ? *', '0 0 31W 2 ? *'])('has none for "%s"', (fields) => {
    expect(nextCronTime(fields, NOW)).toBeUndefined();
  });

  it.each(['0 0 L-3 * ? *', '0 0 ? * 2#6 *', '0 0 1W,15W * ? *', '0 0 * * * *', '60 * * * ? *', ''])(
    'refuses "%s"',
    (fields) => {
      expect(() => nextCronTime(fields, NOW)).toThrow(CronExpressionError);
    },
  );

  it('agrees with the scheduler of the local run', () => {
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
    fc.assert(
      fc.property(cron, fc.integer({ min: NOW, max: NOW + 40_000_000_000 }), (fields, from) => {
        const expected = readSchedule(`cron(${fields})`, 'UTC', new Date(0)).next(new Date(from));
        expect(iso(nextCronTime(fields, from))).toBe(expected?.toISOString());
      }),
      { numRuns: 300 },
    );
  });
});
