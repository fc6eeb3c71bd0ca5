import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '#core/marketplace/retry-after.ts';

const NOW = Date.UTC(2026, 1, 19, 10, 30, 0, 400);
const HOUR_MS = 3_600_000;

describe('retryAfterMs', () => {
  it.each([
    ['1', 1000],
    [' 120 ', 120_000],
    ['0.5', 500],
    ['1.0001', 1001],
    ['3599', 3_599_000],
    ['3601', HOUR_MS],
    ['86400', HOUR_MS],
    ['99999999999999999999999', HOUR_MS],
    ['0', undefined],
    ['-5', undefined],
    ['+5', undefined],
    ['1e3', undefined],
    ['soon', undefined],
    ['5, 10', undefined],
    ['Infinity', undefined],
    ['', undefined],
    ['2026-02-19T10:31:00Z', undefined],
    ['Thu, 32 Feb 2026 10:31:00 GMT', undefined],
    ['Thu, 19 Feb 2026 10:29:59 GMT', undefined],
    ['Thu, 19 Feb 2026 10:30:10 GMT', 9600],
    ['Thursday, 19-Feb-26 10:30:10 GMT', 9600],
    ['Thu Feb 19 10:30:10 2026', 9600],
    ['Fri, 19 Feb 2077 10:30:10 GMT', HOUR_MS],
  ])('reads %j by our clock where the answer has none', (value, expected) => {
    expect(retryAfterMs(new Headers({ 'retry-after': value }), NOW)).toBe(expected);
  });

  it('is undefined when there is no header', () => {
    expect(retryAfterMs(new Headers(), NOW)).toBeUndefined();
  });

  it.each([
    ['an hour fast', 'Thu, 19 Feb 2026 11:30:00 GMT', 'Thu, 19 Feb 2026 11:30:07 GMT'],
    ['an hour slow', 'Thu, 19 Feb 2026 09:30:00 GMT', 'Thu, 19 Feb 2026 09:30:07 GMT'],
  ])('measures a date by the server’s clock when that is %s', (_, date, retryAfter) => {
    expect(retryAfterMs(new Headers({ date, 'retry-after': retryAfter }), NOW)).toBe(7000);
  });

  it('falls back to our clock when the Date header is garbage', () => {
    const headers = new Headers({ date: '-1', 'retry-after': 'Thu, 19 Feb 2026 10:30:10 GMT' });
    expect(retryAfterMs(headers, NOW)).toBe(9600);
  });

  it('reads an asctime date as UTC whatever the zone of this machine', () => {
    const headers = new Headers({
      date: 'Thu Feb 19 10:30:00 2026',
      'retry-after': 'Thu, 19 Feb 2026 10:30:10 GMT',
    });
    expect(retryAfterMs(headers, 0)).toBe(10_000);
  });
});
