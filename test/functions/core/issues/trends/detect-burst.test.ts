import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectBurst, type History, usualHour } from '#core/issues/trends/detect-burst.ts';
import { NO_SEASON, seasonOf } from '#core/issues/trends/season.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const DAYS = 40;
const LAST = DAYS * 24 - 1;

/** A series of forty days with `everyHours`, and what the last hours have. */
function historyOf(everyHours: number, last: readonly number[] = [], since = 0): History {
  const hours = new Float64Array(DAYS * 24).map((_, hour) => (hour % everyHours === 0 ? 1 : 0));
  for (const [index, count] of last.entries()) hours[LAST + 1 - last.length + index] = count;
  return { hours, from: 0, since };
}

describe('detectBurst', () => {
  it('finds eight requesters in an hour of an issue that has one in two days', () => {
    const verdict = detectBurst(historyOf(48, [0, 0, 8]), NO_SEASON, LAST);
    expect(verdict).toMatchObject({ state: 'burst', windowHours: 3, observed: 8 });
    expect(verdict.state === 'burst' && verdict.p < 1e-8).toBe(true);
  });

  it('takes the window in which the count is least likely', () => {
    const verdict = detectBurst(historyOf(48, [2, 2, 2, 2, 2, 2]), NO_SEASON, LAST);
    expect(verdict).toMatchObject({ state: 'burst', windowHours: 6, observed: 12 });
  });

  it('finds a rise over a day only where there are few a day', () => {
    const spread = new Array(24).fill(0).map((_, hour) => (hour % 3 === 0 ? 1 : 0));
    expect(detectBurst(historyOf(240, spread), NO_SEASON, LAST)).toMatchObject({
      state: 'burst',
      windowHours: 24,
    });
    const busy = new Array(24).fill(2);
    expect(detectBurst(historyOf(1, busy), NO_SEASON, LAST).state).toBe('usual');
  });

  it('does not alert below five requesters, however rare the issue is', () => {
    expect(detectBurst(historyOf(10_000, [0, 0, 4]), NO_SEASON, LAST).state).toBe('usual');
    expect(detectBurst(historyOf(10_000, [0, 0, 5]), NO_SEASON, LAST).state).toBe('burst');
  });

  it('may be asked for more certainty', () => {
    const history = historyOf(48, [0, 0, 5]);
    expect(detectBurst(history, NO_SEASON, LAST, 1e-9).state).toBe('usual');
  });

  it('expects the Monday morning that comes each week', () => {
    const monday = (hour: number) => Math.floor(hour / 24) % 7 === 4 && hour % 24 >= 8 && hour % 24 < 12;
    const hours = new Float64Array(DAYS * 24).map((_, hour) => (monday(hour) ? 30 : 2));
    const hour = 32 * 24 + 10;
    expect(monday(hour)).toBe(true);
    const history = { hours, from: 0, since: 0 };
    expect(detectBurst(history, seasonOf(hours.subarray(0, 31 * 24), 0), hour).state).toBe('usual');
    expect(detectBurst(history, NO_SEASON, hour).state).toBe('burst');
  });

  it('does not learn from the last day, in which a burst may have begun slowly', () => {
    const slow = new Array(24).fill(3);
    const [begun, over] = [historyOf(48, slow), historyOf(48, [...slow, ...new Array(24).fill(0)])];
    expect(usualHour(begun, NO_SEASON, LAST)?.expected).toBeLessThan(0.05);
    expect(usualHour(over, NO_SEASON, LAST)?.expected).toBeGreaterThan(0.05);
  });

  it('warms up until there are 28 days', () => {
    const needed = 28 * 24;
    const since = LAST + 1 - needed;
    expect(detectBurst(historyOf(48, [9], since + 1), NO_SEASON, LAST)).toEqual({ state: 'warming_up' });
    expect(detectBurst(historyOf(48, [9], since), NO_SEASON, LAST).state).toBe('burst');
    expect(usualHour(historyOf(48, [], since + 1), NO_SEASON, LAST)).toBeUndefined();
    expect(detectBurst(historyOf(48, [9], Number.NaN), NO_SEASON, LAST)).toEqual({ state: 'warming_up' });
  });

  it('gives finite numbers for any history', () => {
    const count = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double(), fc.constant(1e300));
    fc.assert(
      fc.property(
        fc.array(count, { maxLength: 900 }),
        fc.integer({ min: -50, max: 1_000 }),
        (counts, hour) => {
          const verdict = detectBurst(
            { hours: Float64Array.from(counts), from: 0, since: -5_000 },
            NO_SEASON,
            hour,
          );
          if (verdict.state === 'warming_up') return;
          expect(verdict.p).toBeGreaterThanOrEqual(0);
          expect(verdict.p).toBeLessThanOrEqual(1);
          expect(verdict.expected).not.toBeNaN();
          expect(verdict.observed).not.toBeNaN();
        },
      ),
      { seed: SEED },
    );
  });
});

describe('usualHour', () => {
  it('is what to expect, within what is usual', () => {
    const usual = usualHour(historyOf(1), NO_SEASON, LAST);
    expect(usual?.expected).toBeCloseTo(1, 1);
    expect(usual).toMatchObject({ low: 0 });
    expect(usual?.high).toBeGreaterThan(1);
    expect(usual?.high).toBeLessThan(8);
  });
});
