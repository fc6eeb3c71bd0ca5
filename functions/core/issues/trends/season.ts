import { HOURS_A_DAY } from './hour-counts.ts';

/** How much of the usual work falls into each hour of the week; 1 is the mean. It begins on Thursday, as 1970 did. */
export type Season = Float64Array;

const DAYS_A_WEEK = 7;
const HOURS_A_WEEK = DAYS_A_WEEK * HOURS_A_DAY;
/** Tickets that are spread as expected before the first is counted, so that few tickets give no shape. */
const PRIOR = { day: 24, week: 28, hourOfWeek: 20 } as const;

/** Every hour like every other. */
export const NO_SEASON: Season = new Float64Array(HOURS_A_WEEK).fill(1);

/**
 * The shape of the week in UTC from the counts of all tickets: hour of the day by day of the week, and as far as there
 * are enough tickets what is special to an hour of the week, such as a Monday morning. The largest count of each hour
 * of the week is taken for its second largest: the hour of one outage would be expected again each week.
 *
 * @param hours the counts of whole hours, of which the first is `from` (hours since 1970)
 */
export function seasonOf(hours: Float64Array, from: number): Season {
  const week = weekOf(hours, from);
  const mean = sum(week.counts) / Math.max(1, sum(week.lasted));
  if (!(mean > 0 && Number.isFinite(mean))) return NO_SEASON;
  const ofDay = shareOf(week, mean, { length: HOURS_A_DAY, prior: PRIOR.day }, (hour) => hour % HOURS_A_DAY);
  const ofWeek = shareOf(week, mean, { length: DAYS_A_WEEK, prior: PRIOR.week }, (hour) =>
    Math.floor(hour / HOURS_A_DAY),
  );
  return new Float64Array(HOURS_A_WEEK).map((_, hour) => {
    const weight = (ofDay[hour % HOURS_A_DAY] ?? 1) * (ofWeek[Math.floor(hour / HOURS_A_DAY)] ?? 1);
    const expected = weight * mean * (week.lasted[hour] ?? 0);
    return (weight * ((week.counts[hour] ?? 0) + PRIOR.hourOfWeek)) / (expected + PRIOR.hourOfWeek);
  });
}

/** The weight of an hour since 1970. */
export function weightOf(season: Season, hour: number): number {
  return season[indexOf(hour, HOURS_A_WEEK)] ?? 1;
}

/** The counts of each hour of the week, and how many such hours there were. */
type Week = { readonly counts: Float64Array; readonly lasted: Float64Array };

function weekOf(hours: Float64Array, from: number): Week {
  const week = { counts: new Float64Array(HOURS_A_WEEK), lasted: new Float64Array(HOURS_A_WEEK) };
  const largest = new Float64Array(HOURS_A_WEEK);
  const second = new Float64Array(HOURS_A_WEEK);
  for (const [index, value] of hours.entries()) {
    const at = indexOf(from + index, HOURS_A_WEEK);
    const count = value > 0 ? value : 0;
    week.lasted[at] = valueAt(week.lasted, at) + 1;
    week.counts[at] = valueAt(week.counts, at) + count;
    second[at] = Math.max(valueAt(second, at), Math.min(count, valueAt(largest, at)));
    largest[at] = Math.max(valueAt(largest, at), count);
  }
  const counts = week.counts.map((count, at) =>
    valueAt(week.lasted, at) < 2 ? count : count - valueAt(largest, at) + valueAt(second, at),
  );
  return { counts, lasted: week.lasted };
}

function valueAt(values: Float64Array, at: number): number {
  return values[at] ?? 0;
}

/** The rate of each of `length` classes of hours, as a multiple of the mean of all. */
function shareOf(
  { counts, lasted }: Week,
  mean: number,
  { length, prior }: { readonly length: number; readonly prior: number },
  classOf: (hour: number) => number,
): Float64Array {
  const found = new Float64Array(length).fill(prior / length);
  const expected = found.slice();
  for (let hour = 0; hour < HOURS_A_WEEK; hour++) {
    const at = classOf(hour);
    found[at] = (found[at] ?? 0) + (counts[hour] ?? 0);
    expected[at] = (expected[at] ?? 0) + mean * (lasted[hour] ?? 0);
  }
  return found.map((count, at) => count / (expected[at] ?? 1));
}

function indexOf(hour: number, length: number): number {
  return ((hour % length) + length) % length;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
