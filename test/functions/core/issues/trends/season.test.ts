import { describe, expect, it } from 'vitest';
import { NO_SEASON, seasonOf, weightOf } from '#core/issues/trends/season.ts';

const WEEKS = 4;
const HOURS = WEEKS * 168;

describe('seasonOf', () => {
  it('knows the hours of the day and the days of the week', () => {
    const busy = (hour: number) => hour % 24 === 9 || Math.floor(hour / 24) % 7 === 4;
    const season = seasonOf(
      new Float64Array(HOURS).map((_, hour) => (busy(hour) ? 20 : 10)),
      0,
    );
    expect(weightOf(season, 9)).toBeGreaterThan(1.4 * weightOf(season, 10));
    expect(weightOf(season, 4 * 24 + 5)).toBeGreaterThan(1.4 * weightOf(season, 5));
  });

  it('is 1 in the mean of a week', () => {
    const season = seasonOf(
      new Float64Array(HOURS).map((_, hour) => hour % 24),
      0,
    );
    expect(season.reduce((sum, weight) => sum + weight, 0) / 168).toBeCloseTo(1, 1);
  });

  it('does not take an outage for a habit', () => {
    const flat = new Float64Array(HOURS).fill(3);
    const withOutage = flat.slice();
    withOutage[300] = 500;
    expect(weightOf(seasonOf(withOutage, 0), 300)).toBeLessThan(1.6 * weightOf(seasonOf(flat, 0), 300));
  });

  it('shifts with the hour that it begins at', () => {
    const hours = new Float64Array(HOURS).map((_, hour) => (hour % 24 === 0 ? 50 : 1));
    expect(weightOf(seasonOf(hours, 17), 17 + 168)).toBeGreaterThan(5);
  });

  it.each([
    ['no hours', new Float64Array()],
    ['no tickets', new Float64Array(HOURS)],
  ])('is flat for %s', (_, hours) => {
    expect(seasonOf(hours, 0)).toBe(NO_SEASON);
  });

  it('has a weight for every hour, before 1970 too', () => {
    const few = new Float64Array(30);
    few[3] = 1;
    const season = seasonOf(few, -12);
    for (const hour of [-500, -1, 0, 167, 490_000]) expect(weightOf(season, hour)).toBeGreaterThan(0);
  });
});
