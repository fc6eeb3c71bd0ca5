import { describe, expect, it } from 'vitest';
import { readSchedule } from '#local/scheduler/aws-schedule.ts';

const ANCHOR = new Date('2026-01-01T00:00:00Z');

/** The firings after a moment, as ISO texts without milliseconds. */
function firings(expression: string, after: string, count: number, timezone = 'UTC'): string[] {
  const times = readSchedule(expression, timezone, ANCHOR);
  const found: string[] = [];
  let from = new Date(after);
  while (found.length < count) {
    const next = times.next(from);
    if (next === undefined) break;
    found.push(`${next.toISOString().slice(0, 19)}Z`);
    from = next;
  }
  return found;
}

// Times worked out by hand with a calendar, not by croner. 2026-01-01 is a Thursday.
const CRON_TABLE: [expression: string, after: string, expected: string[], timezone?: string][] = [
  // The trap itself: read with seconds first this would be 00:03:00.
  ['cron(0 3 * * ? *)', '2026-02-01T00:00:00Z', ['2026-02-01T03:00:00Z', '2026-02-02T03:00:00Z']],
  ['cron(0 0 * * ? *)', '2026-02-28T12:00:00Z', ['2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z']],
  ['cron(0 2 * * ? *)', '2026-02-19T02:00:00Z', ['2026-02-20T02:00:00Z']],
  ['cron(0/15 * * * ? *)', '2026-02-01T10:07:00Z', ['2026-02-01T10:15:00Z', '2026-02-01T10:30:00Z']],
  ['cron(*/20 * * * ? *)', '2026-02-01T10:41:00Z', ['2026-02-01T11:00:00Z', '2026-02-01T11:20:00Z']],
  ['cron(5/10 8-9 * * ? *)', '2026-02-01T08:50:00Z', ['2026-02-01T08:55:00Z', '2026-02-01T09:05:00Z']],
  ['cron(10-30/10 0 * * ? *)', '2026-02-01T00:20:00Z', ['2026-02-01T00:30:00Z', '2026-02-02T00:10:00Z']],
  ['cron(1,31 12 * * ? *)', '2026-02-01T12:01:00Z', ['2026-02-01T12:31:00Z', '2026-02-02T12:01:00Z']],
  // AWS counts weekdays from Sunday = 1: 2-6 is Monday to Friday.
  ['cron(0 18 ? * 2-6 *)', '2026-01-02T18:00:00Z', ['2026-01-05T18:00:00Z', '2026-01-06T18:00:00Z']],
  ['cron(0 18 ? * MON-FRI *)', '2026-01-02T18:00:00Z', ['2026-01-05T18:00:00Z']],
  ['cron(0 9 ? * 1 *)', '2026-01-01T00:00:00Z', ['2026-01-04T09:00:00Z', '2026-01-11T09:00:00Z']],
  ['cron(0 9 ? * 7 *)', '2026-01-01T00:00:00Z', ['2026-01-03T09:00:00Z']],
  ['cron(0 9 ? * SUN,sat *)', '2026-01-01T00:00:00Z', ['2026-01-03T09:00:00Z', '2026-01-04T09:00:00Z']],
  ['cron(0 9 ? * 2/2 *)', '2026-01-01T09:00:00Z', ['2026-01-02T09:00:00Z', '2026-01-05T09:00:00Z']],
  ['cron(0 9 ? * L *)', '2026-01-01T00:00:00Z', ['2026-01-03T09:00:00Z', '2026-01-10T09:00:00Z']],
  // The last Friday of the month; the second Tuesday; the fifth Saturday, which January has and February doesn't.
  ['cron(15 10 ? * 6L 2026-2027)', '2026-01-01T00:00:00Z', ['2026-01-30T10:15:00Z', '2026-02-27T10:15:00Z']],
  ['cron(15 10 ? * FRIL *)', '2026-01-30T10:15:00Z', ['2026-02-27T10:15:00Z']],
  ['cron(0 9 ? * 3#2 *)', '2026-01-01T00:00:00Z', ['2026-01-13T09:00:00Z', '2026-02-10T09:00:00Z']],
  ['cron(0 9 ? * SAT#5 *)', '2026-01-01T00:00:00Z', ['2026-01-31T09:00:00Z', '2026-05-30T09:00:00Z']],
  ['cron(0 9 ? * 1#1 *)', '2026-01-01T00:00:00Z', ['2026-01-04T09:00:00Z', '2026-02-01T09:00:00Z']],
  ['cron(0 9 ? * 1L *)', '2026-01-01T00:00:00Z', ['2026-01-25T09:00:00Z', '2026-02-22T09:00:00Z']],
  ['cron(0 8 1 * ? *)', '2026-01-01T08:00:00Z', ['2026-02-01T08:00:00Z', '2026-03-01T08:00:00Z']],
  ['cron(0 8 L * ? *)', '2026-01-31T08:00:00Z', ['2026-02-28T08:00:00Z', '2026-03-31T08:00:00Z']],
  ['cron(0 8 L 2 ? *)', '2026-03-01T00:00:00Z', ['2027-02-28T08:00:00Z', '2028-02-29T08:00:00Z']],
  // 28 February 2026 is a Saturday: the last weekday is Friday the 27th.
  ['cron(0 8 LW * ? *)', '2026-02-01T00:00:00Z', ['2026-02-27T08:00:00Z', '2026-03-31T08:00:00Z']],
  // 1 February 2026 is a Sunday: the weekday nearest within the month is Monday the 2nd; 15 March is one too.
  ['cron(0 8 1W * ? *)', '2026-01-15T00:00:00Z', ['2026-02-02T08:00:00Z', '2026-03-02T08:00:00Z']],
  ['cron(0 8 15W * ? *)', '2026-02-20T00:00:00Z', ['2026-03-16T08:00:00Z', '2026-04-15T08:00:00Z']],
  ['cron(0 0 29 2 ? *)', '2026-01-01T00:00:00Z', ['2028-02-29T00:00:00Z', '2032-02-29T00:00:00Z']],
  ['cron(0 0 31 JAN,MAR ? *)', '2026-01-31T00:00:00Z', ['2026-03-31T00:00:00Z', '2027-01-31T00:00:00Z']],
  ['cron(30 6 1 1/6 ? 2027/2)', '2026-01-01T00:00:00Z', ['2027-01-01T06:30:00Z', '2027-07-01T06:30:00Z']],
  ['cron(0 0 1 1 ? 2025)', '2026-01-01T00:00:00Z', []],
  // Berlin is an hour ahead in winter and two in summer; New York's clocks change on 8 March 2026.
  ['cron(0 3 * * ? *)', '2026-02-01T12:00:00Z', ['2026-02-02T02:00:00Z'], 'Europe/Berlin'],
  ['cron(0 3 * * ? *)', '2026-07-01T12:00:00Z', ['2026-07-02T01:00:00Z'], 'Europe/Berlin'],
  [
    'cron(0 9 * * ? *)',
    '2026-03-07T00:00:00Z',
    ['2026-03-07T14:00:00Z', '2026-03-08T13:00:00Z'],
    'America/New_York',
  ],
];

describe('Function: readSchedule', () => {
  it.each(CRON_TABLE)('finds the firings of %s after %s', (expression, after, expected, timezone) => {
    // Act
    const found = firings(expression, after, Math.max(1, expected.length), timezone);

    // Assess
    expect(found).toEqual(expected);
  });

  it.each([
    ['rate(15 minutes)', '2026-01-01T00:00:00Z', ['2026-01-01T00:15:00Z', '2026-01-01T00:30:00Z']],
    ['rate(15 minutes)', '2026-01-01T10:00:01Z', ['2026-01-01T10:15:00Z']],
    ['rate(1 minute)', '2026-01-01T00:00:30Z', ['2026-01-01T00:01:00Z']],
    ['rate(1 hour)', '2026-01-01T00:00:00Z', ['2026-01-01T01:00:00Z']],
    ['rate(7 days)', '2026-01-09T00:00:00Z', ['2026-01-15T00:00:00Z']],
    // A clock that was set back: never before the anchor's first period is over.
    ['rate(5 minutes)', '2025-12-31T00:00:00Z', ['2026-01-01T00:05:00Z']],
  ])('counts %s from its anchor', (expression, after, expected) => {
    expect(firings(expression, after, expected.length)).toEqual(expected);
  });

  it.each([
    ['UTC', '2026-02-19T10:30:00Z'],
    ['Asia/Kolkata', '2026-02-19T05:00:00Z'],
  ])('fires at(…) once in %s', (timezone, expected) => {
    expect(firings('at(2026-02-19T10:30:00)', '2026-01-01T00:00:00Z', 2, timezone)).toEqual([expected]);
    expect(firings('at(2026-02-19T10:30:00)', '2026-02-20T00:00:00Z', 1, timezone)).toEqual([]);
  });

  it.each([
    'every 5 minutes',
    'rate(0 minutes)',
    'rate(1.5 hours)',
    'rate(5 seconds)',
    'rate(5minutes)',
    'cron()',
    'cron(0 3 * * *)',
    'cron(0 3 * * ? * *)',
    'cron(0 3 * * * *)',
    'cron(0 3 ? * ? *)',
    'cron(60 3 * * ? *)',
    'cron(0 24 * * ? *)',
    'cron(0 3 0 * ? *)',
    'cron(0 3 32 * ? *)',
    'cron(0 3 * 13 ? *)',
    'cron(0 3 ? * 0 *)',
    'cron(0 3 ? * 8 *)',
    'cron(0 3 ? * FRI-MON *)',
    'cron(0 3 ? * 3#6 *)',
    'cron(0 3 ? * 3#1,6#3 *)',
    'cron(0 3 L-3 * ? *)',
    'cron(0 3 1W,15W * ? *)',
    'cron(0/0 3 * * ? *)',
    'cron(5- 3 * * ? *)',
    'cron(1,,2 3 * * ? *)',
    'cron(0x5 3 * * ? *)',
    'cron(0 3 * * ? 1969)',
    'at(2026-02-19)',
    'at(2026-02-30T10:30:00)',
  ])('refuses %s', (expression) => {
    expect(() => readSchedule(expression, 'UTC', ANCHOR)).toThrow(
      expect.objectContaining({ code: 'schedule_expression_invalid' }),
    );
  });

  it('refuses a time zone that is none', () => {
    expect(() => readSchedule('rate(5 minutes)', 'Mars/Olympus', ANCHOR)).toThrow(/time zone/);
  });
});
