import type { DayOfCounts } from '../issue-generation.ts';
import { DETECTOR, type History, usualHour } from '../trends/detect-burst.ts';
import { firstHourWithData, overdispersionOf, seasonAt } from '../trends/find-bursts.ts';
import {
  arrivalsOf,
  type DayTotal,
  dayAfter,
  dayOf,
  firstHourOf,
  firstWholeHour,
  HOUR_MS,
  HOURS_A_DAY,
  type HourCounts,
  hourOf,
  keyOf,
  type Series,
  TOTAL,
} from '../trends/hour-counts.ts';
import type { Incident } from '../trends/incident.ts';
import { historyOf, totalOfDay } from './count-days.ts';

/** One hour or day of a series. */
export type TrendPoint = {
  /** Its beginning, in milliseconds since 1970. */
  readonly t: number;
  /** Tickets, without those that were merged into others. */
  readonly count: number;
  /** Distinct within the hour or day. */
  readonly requesters: number;
  /**
   * How many requesters were to be expected to come, and the ends between which 95 % of such times lie. Null while there
   * are fewer than 28 days of history, and where the hours are no longer kept.
   */
  readonly expected: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** The incident in which the series burst then. */
  readonly alert: string | null;
};

type TrendStep = 'hour' | 'day';

/** What points are made of. Times are milliseconds since 1970; the point of `to` is not among them. */
export type TrendQuery = {
  readonly series: Series;
  readonly step: TrendStep;
  readonly from: number;
  readonly to: number;
  /** Every ticket that was written since then is counted; the time before is no history. Default: 0. */
  readonly completeSince?: number | undefined;
};

/** The first day whose counts are needed for the points from a time on, with what they are compared with. */
export function firstCountedDay(from: number): string {
  return dayAfter(dayOf(hourOf(from)), -(DETECTOR.baseDays + 2));
}

/**
 * The points of a series, the oldest first: of each hour or UTC day that begins in the time, or in which it begins.
 *
 * @param counts of the days from {@link firstCountedDay} on
 * @param incidents in which the series may have burst
 */
export function trendPoints(
  query: TrendQuery,
  counts: ReadonlyMap<string, DayOfCounts>,
  incidents: readonly Incident[],
): TrendPoint[] {
  const { series, step, from, to } = query;
  const key = keyOf(series);
  const usual = createUsual(query, counts);
  const own = incidents.filter((incident) => incident.series.includes(key));
  const hours = step === 'hour' ? 1 : HOURS_A_DAY;
  const points: TrendPoint[] = [];
  for (let hour = beginOf(hourOf(from), hours); hour * HOUR_MS < to; hour += hours) {
    const last = hour + hours - 1;
    const { tickets, requesters } = step === 'hour' ? ofHour(counts, key, hour) : ofDay(counts, key, hour);
    points.push({
      t: hour * HOUR_MS,
      count: tickets,
      requesters,
      ...(hasHours(counts, hour) ? usual(last, hours) : UNKNOWN),
      alert: own.find(({ openedHour, lastHour }) => openedHour <= last && lastHour >= hour)?.id ?? null,
    });
  }
  return points;
}

/** The last 168 hours and 90 days of a series, as an issue is shown with them. Both end with the one of now. */
export type RecentSeries = {
  readonly hours: readonly SeriesPoint[];
  readonly days: readonly SeriesPoint[];
};

export type SeriesPoint = Pick<TrendPoint, 't' | 'count' | 'requesters'>;

const SHOWN_HOURS = 168;
const SHOWN_DAYS = 90;

export function recentSeries(
  key: string,
  counts: ReadonlyMap<string, DayOfCounts>,
  now: number,
): RecentSeries {
  const point = (hour: number, { tickets, requesters }: DayTotal) => ({
    ...{ t: hour * HOUR_MS, count: tickets, requesters },
  });
  const hour = hourOf(now);
  const today = beginOf(hour, HOURS_A_DAY);
  return {
    hours: lastOnes(SHOWN_HOURS, hour, 1).map((at) => point(at, ofHour(counts, key, at))),
    days: lastOnes(SHOWN_DAYS, today, HOURS_A_DAY).map((at) => point(at, ofDay(counts, key, at))),
  };
}

const UNKNOWN = { expected: null, low: null, high: null };

/** What is usual in the hours up to one, by the same season and history as bursts are found by. */
function createUsual(
  { series, from, to, completeSince = 0 }: TrendQuery,
  counts: ReadonlyMap<string, DayOfCounts>,
) {
  const total = historyOf(counts, TOTAL);
  const since = firstHourWithData(total, firstWholeHour(completeSince));
  const first = firstHourOf(firstCountedDay(from));
  const length = Math.max(0, hourOf(to) + HOURS_A_DAY - first);
  const line = (history: HourCounts) => arrivalsOf(history, first, length);
  if (since === undefined) return () => UNKNOWN;
  const totals = line(total);
  const history: History = {
    hours: line(historyOf(counts, keyOf(series))),
    from: first,
    since,
    overdispersion: overdispersionOf(series),
  };
  return (hour: number, windowHours: number) => {
    const season = seasonAt(totals, { from: first, since, hour });
    const usual = usualHour(history, season, hour, windowHours);
    return usual === undefined ? UNKNOWN : { ...usual, expected: Math.round(usual.expected * 100) / 100 };
  };
}

function ofHour(counts: ReadonlyMap<string, DayOfCounts>, key: string, hour: number): DayTotal {
  const day = dayOf(hour);
  const ofSeries = counts.get(day)?.hours.get(key);
  const at = hour - firstHourOf(day);
  return { tickets: ofSeries?.tickets[at] ?? 0, requesters: ofSeries?.requesters[at] ?? 0 };
}

function ofDay(counts: ReadonlyMap<string, DayOfCounts>, key: string, hour: number): DayTotal {
  return totalOfDay(counts.get(dayOf(hour)), key);
}

/** A day without any ticket has its hours: they are zero. */
function hasHours(counts: ReadonlyMap<string, DayOfCounts>, hour: number): boolean {
  return (counts.get(dayOf(hour))?.totals.size ?? 0) === 0;
}

function lastOnes(count: number, last: number, step: number): number[] {
  return Array.from({ length: count }, (_, index) => last - (count - 1 - index) * step);
}

function beginOf(hour: number, step: number): number {
  return Math.floor(hour / step) * step;
}
