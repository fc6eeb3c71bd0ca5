import { describe, expect, it } from 'vitest';
import { firstTestedHours, testedHours } from '#core/issues/trends/closed-hours.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2025-11-11T07:10:00Z');

describe('testedHours', () => {
  it('are the last 24 that are over', () => {
    const hours = testedHours(NOW, NOW);
    expect(hours).toHaveLength(24);
    expect((hours.at(-1) ?? 0) * HOUR).toBe(Date.parse('2025-11-11T06:00:00Z'));
    expect((hours[0] ?? 0) * HOUR).toBe(Date.parse('2025-11-10T07:00:00Z'));
  });

  it('end where the tickets end that have been fetched', () => {
    expect((testedHours(NOW, NOW - 30 * 60_000).at(-1) ?? 0) * HOUR).toBe(Date.parse('2025-11-11T05:00:00Z'));
  });

  it('take in the hour that is over to the millisecond', () => {
    const end = Date.parse('2025-11-11T07:00:00Z');
    expect(testedHours(end, end).at(-1)).toBe(end / HOUR - 1);
    expect(testedHours(end - 1, end).at(-1)).toBe(end / HOUR - 2);
  });

  it.each(['2025-03-30T01:30:00Z', '2025-10-26T01:30:00Z', '2024-02-29T12:00:00Z'])(
    'follow each other at %s, whatever local clocks do',
    (now) => {
      const hours = testedHours(Date.parse(now), Date.parse(now));
      expect(hours.every((hour, index) => hour === (hours[0] ?? 0) + index)).toBe(true);
    },
  );

  it('go back with a clock that is put back, and are none without a time', () => {
    expect(testedHours(NOW - HOUR, NOW)).toEqual(testedHours(NOW, NOW).map((hour) => hour - 1));
    expect(testedHours(Number.NaN, NOW)).toEqual([]);
  });
});

describe('firstTestedHours', () => {
  const last = testedHours(NOW, NOW);
  const end = (last.at(-1) ?? 0) + 1;
  const days = (count: number) => end - count * 24;

  it('begin with the first that 28 days of history lie before, itself included', () => {
    const hours = firstTestedHours(NOW, NOW, days(60));
    expect(hours[0]).toBe(days(32) - 1);
    expect(hours.slice(-24)).toEqual(last);
    expect(hours.every((hour, index) => hour === (hours[0] ?? 0) + index)).toBe(true);
  });

  it.each([days(29), days(28), days(0), end + 24, Number.NaN, Number.POSITIVE_INFINITY])(
    'are the usual ones where tickets begin at %d',
    (since) => {
      expect(firstTestedHours(NOW, NOW, since).slice(-24)).toEqual(last);
      expect(firstTestedHours(NOW, NOW, since).length).toBeLessThanOrEqual(25);
    },
  );

  it('are none without a time', () => {
    expect(firstTestedHours(Number.NaN, NOW, Number.NaN)).toEqual([]);
  });
});
