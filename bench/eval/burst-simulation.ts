import { DETECTOR, detectBurst } from '#core/issues/trends/detect-burst.ts';
import { seasonAt } from '#core/issues/trends/find-bursts.ts';
import { HOURS_A_DAY } from '#core/issues/trends/hour-counts.ts';
import type { Random } from '#core/time/clock.ts';
import { createRandom } from './seeded-random.ts';

/** What is simulated: issues with a season of the day and the week, which vary more than chance. */
export type SimulationOptions = {
  /** Default 200. */
  readonly series: number;
  /** The first four are history. Default 8. */
  readonly weeks: number;
  readonly seed: number;
};

/** How issues of one rate fared. */
type SimulatedRate = {
  readonly perDay: number;
  readonly falseAlarmsPerMonth: number;
  /** The share of bursts of ten times the rate, of a day, that are found. */
  readonly found: number;
  /** … within 2, 4 and 6 hours of their beginning. */
  readonly foundWithin: { readonly h2: number; readonly h4: number; readonly h6: number };
  /** How long it takes to find one, in the median of those that are found. */
  readonly medianHours: number;
};

export type Simulation = {
  readonly falseAlarmsPerMonth: number;
  readonly rates: readonly SimulatedRate[];
};

const RATES_PER_DAY = [0.1, 0.5, 2, 5, 12, 24, 48];
const DAYS_A_MONTH = 365.25 / 12;
/** The variance of a day's rate, as a share of its square. */
const DAILY_OVERDISPERSION = 0.1;
const BURST = { factor: 10, hours: 24, every: 4 * HOURS_A_DAY } as const;

/** How often the detector cries wolf, and how soon it finds a burst of ten times the rate. The same seed, the same numbers. */
export function simulateBursts({ series, weeks, seed }: SimulationOptions): Simulation {
  const random = createRandom(seed);
  const hours = weeks * 7 * HOURS_A_DAY;
  const rates = Array.from(
    { length: series },
    (_, index) => RATES_PER_DAY[index % RATES_PER_DAY.length] ?? 1,
  );
  const lines = rates.map((perDay) => simulated(perDay, hours, random));
  const total = new Float64Array(hours).map((_, hour) =>
    lines.reduce((sum, line) => sum + (line[hour] ?? 0), 0),
  );
  const tally = new Map(
    RATES_PER_DAY.map((perDay) => [perDay, { alarms: 0, months: 0, delays: [] as number[] }]),
  );
  const months = (hours / HOURS_A_DAY - DETECTOR.baseDays) / DAYS_A_MONTH;
  for (const [index, line] of lines.entries()) {
    const of = tally.get(rates[index] ?? 0);
    if (of === undefined) continue;
    of.alarms += alarmsOf(line, total);
    of.months += months;
    of.delays.push(...delaysOf(line, total, { perDay: rates[index] ?? 0, random }));
  }
  const all = [...tally.values()];
  return {
    falseAlarmsPerMonth: sum(all.map(({ alarms }) => alarms)) / sum(all.map((of) => of.months)),
    rates: [...tally].map(([perDay, { alarms, months: lasted, delays }]) => ({
      perDay,
      falseAlarmsPerMonth: alarms / lasted,
      found: share(delays, BURST.hours),
      medianHours: medianOf(delays),
      foundWithin: { h2: share(delays, 2), h4: share(delays, 4), h6: share(delays, 6) },
    })),
  };
}

function simulated(perDay: number, hours: number, random: Random): Float64Array {
  const line = new Float64Array(hours);
  let ofDay = 1;
  for (let hour = 0; hour < hours; hour++) {
    if (hour % HOURS_A_DAY === 0) ofDay = gamma(1 / DAILY_OVERDISPERSION, random) * DAILY_OVERDISPERSION;
    line[hour] = poisson((perDay / HOURS_A_DAY) * seasonalWeight(hour) * ofDay, random);
  }
  return line;
}

/** Most is written in the afternoon, least at night and at weekends. */
function seasonalWeight(hour: number): number {
  const ofDay = 1 + 0.7 * Math.sin((2 * Math.PI * ((hour % HOURS_A_DAY) - 9)) / HOURS_A_DAY);
  return ofDay * (Math.floor(hour / HOURS_A_DAY) % 7 >= 5 ? 0.6 : 1.16);
}

function alarmsOf(line: Float64Array, total: Float64Array): number {
  let alarms = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (let hour = DETECTOR.baseDays * HOURS_A_DAY; hour < line.length; hour++) {
    if (!isBurst(line, total, hour)) continue;
    if (hour - last > HOURS_A_DAY) alarms++;
    last = hour;
  }
  return alarms;
}

/** After how many hours each of some bursts is found; infinite for those that are not while they last. */
function delaysOf(
  line: Float64Array,
  total: Float64Array,
  { perDay, random }: { readonly perDay: number; readonly random: Random },
): number[] {
  const delays: number[] = [];
  const first = (DETECTOR.baseDays + 1) * HOURS_A_DAY;
  for (
    let start = first;
    start + BURST.hours < line.length;
    start += BURST.every + Math.floor(random() * HOURS_A_DAY)
  ) {
    const bursting = line.slice();
    let delay = Number.POSITIVE_INFINITY;
    for (let hour = start; hour < start + BURST.hours && delay === Number.POSITIVE_INFINITY; hour++) {
      const more = (perDay / HOURS_A_DAY) * seasonalWeight(hour) * (BURST.factor - 1);
      bursting[hour] = (bursting[hour] ?? 0) + poisson(more, random);
      if (isBurst(bursting, total, hour)) delay = hour - start + 1;
    }
    delays.push(delay);
  }
  return delays;
}

function isBurst(line: Float64Array, total: Float64Array, hour: number): boolean {
  let recent = 0;
  for (let at = hour - 23; at <= hour; at++) recent += line[at] ?? 0;
  if (recent < DETECTOR.leastRequesters) return false;
  const season = seasonAt(total, { from: 0, since: 0, hour });
  return detectBurst({ hours: line, from: 0, since: 0 }, season, hour).state === 'burst';
}

function poisson(mean: number, random: Random): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

/** A Gamma variate of a whole shape and scale 1. */
function gamma(shape: number, random: Random): number {
  let value = 0;
  for (let part = 0; part < shape; part++) value -= Math.log(1 - random());
  return value;
}

function share(delays: readonly number[], within: number): number {
  return delays.filter((delay) => delay <= within).length / Math.max(1, delays.length);
}

function medianOf(delays: readonly number[]): number {
  const found = delays.filter((delay) => Number.isFinite(delay)).sort((a, b) => a - b);
  return found[Math.floor(found.length / 2)] ?? Number.POSITIVE_INFINITY;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
