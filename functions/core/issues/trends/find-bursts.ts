import type { BurstAlert, EvidenceTicket } from './burst-alert.ts';
import { DETECTOR, detectBurst, type History } from './detect-burst.ts';
import {
  arrivalsOf,
  Dimension,
  firstHourOf,
  HOURS_A_DAY,
  type HourCounts,
  type Series,
  seriesOf,
  TOTAL,
} from './hour-counts.ts';
import { type Season, seasonOf } from './season.ts';

/** What bursts are found in. */
export type BurstSources = {
  /** The counts of each series, by key; the total is among them. */
  readonly counts: ReadonlyMap<string, HourCounts>;
  /** The first hour, since 1970, of which all tickets are here. Default: the first that has one. */
  readonly completeSince?: number | undefined;
  /** The tickets of a series whose time is in the hours from `fromHour` to `toHour`, since 1970, both included. */
  evidenceOf(series: Series, fromHour: number, toHour: number): readonly EvidenceTicket[];
};

/** What of a bursting series is tested, and never is an incident. */
const SPAM = 'spam';
const LONGEST_WINDOW = Math.max(...DETECTOR.windowsHours, DETECTOR.slow.windowHours);
const BASE_HOURS = DETECTOR.baseDays * HOURS_A_DAY;

/** Which of the hours have enough history to be tested, and which series burst in each of them. */
export function findBursts(
  hours: readonly number[],
  { counts, completeSince, evidenceOf }: BurstSources,
): { readonly isWarmingUp: boolean; readonly alerts: ReadonlyMap<number, readonly BurstAlert[]> } {
  const [first, last] = [Math.min(...hours), Math.max(...hours)];
  const since = firstHourWithData(counts.get(TOTAL) ?? {}, completeSince);
  const alerts = new Map<number, BurstAlert[]>(hours.map((hour) => [hour, []]));
  if (hours.length === 0 || since === undefined) return { isWarmingUp: true, alerts };
  const from = first - BASE_HOURS - DETECTOR.guardHours;
  const length = last + 1 - from;
  const total = arrivalsOf(counts.get(TOTAL) ?? {}, from, length);
  const seasons = new Map(hours.map((hour) => [hour, seasonAt(total, { from, since, hour })]));
  for (const [key, history] of counts) {
    const series = seriesOf(key);
    if (series.dimension === Dimension.kind && series.id === SPAM) continue;
    // Most series of most hours have too few requesters to be tested; their history need not be laid out.
    const recent = arrivalsOf(history, first - LONGEST_WINDOW + 1, last - first + LONGEST_WINDOW);
    if (recent.reduce((sum, count) => sum + count, 0) < DETECTOR.leastRequesters) continue;
    const line = {
      hours: arrivalsOf(history, from, length),
      from,
      since,
      overdispersion: overdispersionOf(series),
    };
    for (const [hour, season] of seasons) {
      const alert = alertOf(series, line, { season, hour, evidenceOf });
      if (alert !== undefined) alerts.get(hour)?.push(alert);
    }
  }
  return { isWarmingUp: last + 1 - since < BASE_HOURS, alerts };
}

/** The shape of the week by the same hours that the expectations are made of. */
export function seasonAt(
  total: Float64Array,
  { from, since, hour }: { readonly from: number; readonly since: number; readonly hour: number },
): Season {
  const end = hour + 1 - DETECTOR.guardHours;
  const start = Math.max(since, from, end - BASE_HOURS);
  return seasonOf(total.subarray(start - from, Math.max(start, end) - from), start);
}

type Test = {
  readonly season: Season;
  readonly hour: number;
  readonly evidenceOf: BurstSources['evidenceOf'];
};

function alertOf(series: Series, line: History, { season, hour, evidenceOf }: Test): BurstAlert | undefined {
  const isOfMany = series.dimension === Dimension.productArea || series.dimension === Dimension.kind;
  const below = isOfMany ? DETECTOR.strictBelow : DETECTOR.alertBelow;
  const verdict = detectBurst(line, season, hour, below);
  if (verdict.state !== 'burst') return undefined;
  const { windowHours, observed, expected, p } = verdict;
  const tickets = evidenceOf(series, hour - windowHours + 1, hour);
  return { series, hour, windowHours, observed, expected, p, tickets };
}

/** How much a series varies more than chance. */
export function overdispersionOf({ dimension }: Series): number {
  return dimension === Dimension.total ? DETECTOR.overdispersionOfTotal : DETECTOR.overdispersion;
}

/**
 * The first hour, since 1970, that has tickets and of which all of them are here; undefined: none has.
 *
 * @param completeSince the first hour of which all are here; default: any
 */
export function firstHourWithData(total: HourCounts, completeSince = 0): number | undefined {
  const days = Object.keys(total).sort();
  for (const day of days) {
    const hour = total[day]?.tickets.findIndex((count) => count > 0) ?? -1;
    if (hour >= 0) return Math.max(firstHourOf(day) + hour, completeSince);
  }
  return undefined;
}
