import { HOURS_A_DAY } from './hour-counts.ts';

/** How much of the usual work falls into each hour of the week; 1 is the mean. It begins on Thursday, as 1970 did. */
export type Season = Float64Array;

const HOURS_A_WEEK = 7 * HOURS_A_DAY;
/** Tickets that are spread evenly over the hours before the first is counted, so that few tickets give no shape. */
const PRIOR = { hours: 24, days: 28 };
/** An hour counts at most this many times the mean: the hour of an outage would be expected again each day. */
const MOST_TIMES_MEAN = 4;

/** Every hour like every other. */
export const NO_SEASON: Season = new Float64Array(HOURS_A_WEEK).fill(1);

/**
 * The shape of the week, hour of the day by day of the week, in UTC, from the counts of all tickets.
 *
 * @param hours the counts of whole hours, of which the first is `from` (hours since 1970)
 */
export function seasonOf(hours: Float64Array, from: number): Season {
  const mean = hours.reduce((total, count) => total + count, 0) / Math.max(1, hours.length);
  if (!(mean > 0)) return NO_SEASON;
  const most = MOST_TIMES_MEAN * (mean + 1);
  const ofDay = shareOf(hours, { length: HOURS_A_DAY, prior: PRIOR.hours, most }, (index) => from + index);
  const ofWeek = shareOf(hours, { length: 7, prior: PRIOR.days, most }, (index) =>
    Math.floor((from + index) / HOURS_A_DAY),
  );
  const season = new Float64Array(HOURS_A_WEEK);
  for (let hour = 0; hour < HOURS_A_WEEK; hour++) {
    season[hour] = (ofDay[hour % HOURS_A_DAY] ?? 1) * (ofWeek[Math.floor(hour / HOURS_A_DAY)] ?? 1);
  }
  return season;
}

/** The weight of an hour since 1970. */
export function weightOf(season: Season, hour: number): number {
  return season[((hour % HOURS_A_WEEK) + HOURS_A_WEEK) % HOURS_A_WEEK] ?? 1;
}

/** The rate of each of `length` classes of hours, as a multiple of the mean of all. */
function shareOf(
  hours: Float64Array,
  { length, prior, most }: { readonly length: number; readonly prior: number; readonly most: number },
  classOf: (index: number) => number,
): Float64Array {
  const counts = new Float64Array(length);
  const lasted = new Float64Array(length);
  let all = 0;
  for (let index = 0; index < hours.length; index++) {
    const at = ((classOf(index) % length) + length) % length;
    const count = Math.min(hours[index] ?? 0, most);
    counts[at] = (counts[at] ?? 0) + count;
    lasted[at] = (lasted[at] ?? 0) + 1;
    all += count;
  }
  const mean = all / hours.length;
  return counts.map((count, at) => {
    const expected = mean * (lasted[at] ?? 0);
    return (count + prior / length) / (expected + prior / length);
  });
}
