import { HOURS_A_DAY } from './hour-counts.ts';
import { type Season, weightOf } from './season.ts';
import { atLeast, type Prediction, upperCount } from './tail-probability.ts';

/** The constants of the detector; ADR 77 says where they come from. */
export const DETECTOR = {
  /** Days of history that the expectation is made of, and that there must be. */
  baseDays: 28,
  /** The last hours before the one that is tested are no history: a slow start would hide itself. */
  guardHours: 24,
  windowsHours: [3, 6],
  /** For series with fewer a day than that: of few requesters none may come within six hours. */
  slow: { windowHours: 24, belowPerDay: 5 },
  alertBelow: 1e-3,
  /** For the slow window, and for areas and kinds: they hold many things, so that some burst of them is by chance. */
  strictBelow: 1e-4,
  leastRequesters: 5,
  /** How much more a series varies than chance, as the variance of its rate. */
  overdispersion: 0.3,
  /** The total varies less than that, as a sum of many things. */
  overdispersionOfTotal: 0.2,
  /** The count that a series is taken to have had before it had any. */
  prior: 0.5,
} as const;

const BASE_HOURS = DETECTOR.baseDays * HOURS_A_DAY;

/** One series up to the hour that is tested, which is its last. */
export type History = {
  /** Counts of whole hours in order, of which the first is `from` (hours since 1970). */
  readonly hours: Float64Array;
  readonly from: number;
  /** The first hour of which there are data at all, of any series (hours since 1970). */
  readonly since: number;
  /** Default {@link DETECTOR.overdispersion}. */
  readonly overdispersion?: number;
};

/** What the detector says of one window of a series. */
export type Reading = {
  readonly windowHours: number;
  readonly observed: number;
  readonly expected: number;
  /** How likely that many or more are, if all is as usual. */
  readonly p: number;
};

/** What the detector says of one series at one hour: the window that is least likely. */
export type Verdict = { readonly state: 'warming_up' } | ({ readonly state: 'usual' | 'burst' } & Reading);

/**
 * Whether a series bursts in a closed hour: whether its last hours have more requesters than its history, its season
 * and chance explain.
 *
 * @param hour the hour, since 1970, that is the last of the window
 * @param alertBelow how unlikely a count must be. Default {@link DETECTOR.alertBelow}
 */
export function detectBurst(
  history: History,
  season: Season,
  hour: number,
  alertBelow: number = DETECTOR.alertBelow,
): Verdict {
  const base = baseOf(history, season, hour);
  if (base === undefined) return { state: 'warming_up' };
  const [first, ...others] = windowsOf(base).map((windowHours) =>
    readingOf(history, season, { base, hour, windowHours }),
  );
  if (first === undefined) return { state: 'warming_up' };
  const reading = others.reduce(
    (least, next) => (rank(next, alertBelow) < rank(least, alertBelow) ? next : least),
    first,
  );
  return { state: isBurst(reading, alertBelow) ? 'burst' : 'usual', ...reading };
}

/**
 * What is usual in the hours up to one of a series, and the ends between which 95 % of such windows lie.
 *
 * @param windowHours how many hours. Default 1
 */
export function usualHour(
  history: History,
  season: Season,
  hour: number,
  windowHours = 1,
): { readonly expected: number; readonly low: number; readonly high: number } | undefined {
  const base = baseOf(history, season, hour);
  if (base === undefined) return undefined;
  let weight = 0;
  for (let at = hour - windowHours + 1; at <= hour; at++) weight += weightOf(season, at);
  const prediction = predictionOf(base, weight);
  return {
    expected: prediction.mean,
    low: Math.max(0, upperCount(0.975, prediction) - 1),
    high: upperCount(0.025, prediction) - 1,
  };
}

/** The windows that are tested, in hours. */
function windowsOf({ total, hours }: Base): readonly number[] {
  const { windowsHours, slow } = DETECTOR;
  return total * HOURS_A_DAY < slow.belowPerDay * hours ? [...windowsHours, slow.windowHours] : windowsHours;
}

type Base = {
  readonly total: number;
  readonly weight: number;
  readonly hours: number;
  readonly overdispersion: number;
};

/** The history that the expectation is made of; undefined as long as there is too little. */
function baseOf(
  { hours, from, since, overdispersion }: History,
  season: Season,
  hour: number,
): Base | undefined {
  if (!(hour + 1 - since >= BASE_HOURS)) return undefined;
  const end = hour + 1 - DETECTOR.guardHours;
  const start = Math.max(since, end - BASE_HOURS);
  let total = 0;
  let weight = 0;
  for (let at = start; at < end; at++) {
    total += valueAt(hours, at - from);
    weight += weightOf(season, at);
  }
  return { total, weight, hours: end - start, overdispersion: overdispersion ?? DETECTOR.overdispersion };
}

function readingOf(
  { hours, from }: History,
  season: Season,
  { base, hour, windowHours }: { readonly base: Base; readonly hour: number; readonly windowHours: number },
): Reading {
  let observed = 0;
  let weight = 0;
  for (let at = hour - windowHours + 1; at <= hour; at++) {
    observed += valueAt(hours, at - from);
    weight += weightOf(season, at);
  }
  const prediction = predictionOf(base, weight);
  return { windowHours, observed, expected: prediction.mean, p: atLeast(observed, prediction) };
}

/** The posterior predictive: the rate is Gamma by the history, the count varies more than Poisson around it. */
function predictionOf({ total, weight, overdispersion }: Base, ofWindow: number): Prediction {
  const shape = total + DETECTOR.prior;
  return {
    mean: weight > 0 ? (shape * ofWindow) / weight : Number.NaN,
    size: 1 / (1 / shape + overdispersion),
  };
}

function isBurst({ observed, p, windowHours }: Reading, alertBelow: number): boolean {
  const isSlow = windowHours === DETECTOR.slow.windowHours;
  const below = isSlow ? Math.min(DETECTOR.strictBelow, alertBelow) : alertBelow;
  return observed >= DETECTOR.leastRequesters && p < below;
}

/** A window that alerts goes before one that only is unlikely. */
function rank(reading: Reading, alertBelow: number): number {
  return isBurst(reading, alertBelow) ? reading.p : 1 + reading.p;
}

function valueAt(hours: Float64Array, index: number): number {
  const value = hours[index] ?? 0;
  return value > 0 ? value : 0;
}
