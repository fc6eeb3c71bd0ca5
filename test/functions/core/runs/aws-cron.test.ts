import { describe, expect, it } from 'vitest';
import { readCron } from '#core/runs/aws-cron.ts';

// Worked out by hand with a calendar: 2026-01-01 is a Thursday.
describe('Function: readCron', () => {
  const after = new Date('2026-01-31T10:00:00Z');

  it.each([
    ['0 3 * * ? *', 'UTC', '2026-02-01T03:00:00.000Z'],
    ['0 3 * * ? *', 'Europe/Berlin', '2026-02-01T02:00:00.000Z'],
    ['0 8 L * ? *', 'UTC', '2026-02-28T08:00:00.000Z'],
    ['0 8 1W * ? *', 'UTC', '2026-02-02T08:00:00.000Z'],
    ['0 9 ? * 3#2 *', 'UTC', '2026-02-10T09:00:00.000Z'],
  ])('%s in %s is due at %s', (fields, timezone, expected) => {
    expect(readCron(fields, timezone).next(after)?.toISOString()).toBe(expected);
  });

  it('has no time where the years are over', () => {
    expect(readCron('0 0 1 1 ? 2025', 'UTC').next(after)).toBeUndefined();
  });

  it('refuses a time zone that is none', () => {
    expect(() => readCron('0 3 * * ? *', 'Mars/Olympus').next(after)).toThrow();
  });
});
