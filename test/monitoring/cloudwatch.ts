import { keyText, type MetricAlarm, type Query } from './alarms.ts';
import type { Datum } from './emf.ts';
import { evaluate, type MathRules, type Series } from './metric-math.ts';

export type AlarmStateName = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | 'as before';

/**
 * What CloudWatch makes of an alarm at a time: values into periods that end then, the statistic of each, the
 * expression over them, and as many breaching ones as the alarm wants, missing ones by its rule.
 *
 * It looks back for exactly the evaluation periods. CloudWatch looks further when data is missing; the alarms that
 * care fill their gaps.
 */
export function stateOf(
  alarm: MetricAlarm,
  data: readonly Datum[],
  at: number,
  rules?: MathRules,
): AlarmStateName {
  const series = new Map<string, Series>();
  const valuesOf = (id: string): Series => {
    const known = series.get(id);
    if (known) return known;
    const query = alarm.queries.find((one) => one.id === id)!;
    const values =
      'expression' in query ? evaluate(query.expression, valuesOf, rules) : collect(alarm, query, data, at);
    series.set(id, values);
    return values;
  };
  const values = valuesOf(alarm.returned);
  const present = values.filter((value) => value !== undefined);
  if (present.length === 0) return whenNothing(alarm.missing);
  if (alarm.missing === 'ignore' && present.length < alarm.datapointsToAlarm) return 'as before';
  const breaching = values.filter((value) =>
    value === undefined ? alarm.missing === 'breaching' : isBreaching(alarm, value),
  );
  return breaching.length >= alarm.datapointsToAlarm ? 'ALARM' : 'OK';
}

function whenNothing(missing: string): AlarmStateName {
  if (missing === 'breaching') return 'ALARM';
  if (missing === 'notBreaching') return 'OK';
  return missing === 'ignore' ? 'as before' : 'INSUFFICIENT_DATA';
}

function isBreaching({ comparison, threshold }: MetricAlarm, value: number): boolean {
  if (comparison === 'LessThanThreshold') return value < threshold;
  if (comparison === 'GreaterThanThreshold') return value > threshold;
  if (comparison === 'GreaterThanOrEqualToThreshold') return value >= threshold;
  throw new Error(`${comparison} is not known here.`);
}

/** The statistic of each period, the oldest first. */
function collect(
  { evaluationPeriods, periodSeconds }: MetricAlarm,
  query: Extract<Query, { metric: unknown }>,
  data: readonly Datum[],
  at: number,
): Series {
  const key = keyText(query.metric);
  const periodMs = periodSeconds * 1_000;
  const since = at - evaluationPeriods * periodMs;
  const own = data.filter((datum) => datum.at > since && datum.at <= at && keyText(datum) === key);
  return Array.from({ length: evaluationPeriods }, (_, index) => {
    const end = at - (evaluationPeriods - 1 - index) * periodMs;
    const values = own
      .filter((datum) => datum.at > end - periodMs && datum.at <= end)
      .map(({ value }) => value);
    return values.length === 0 ? undefined : statistic(query.stat, values);
  });
}

function statistic(stat: string, values: readonly number[]): number {
  if (stat === 'Sum') return values.reduce((sum, value) => sum + value, 0);
  if (stat === 'SampleCount') return values.length;
  if (stat === 'Maximum') return Math.max(...values);
  if (stat === 'Minimum') return Math.min(...values);
  const percentile = /^p(\d+)$/.exec(stat)?.[1];
  if (percentile === undefined) throw new Error(`The statistic ${stat} is not known here.`);
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil((Number(percentile) / 100) * sorted.length) - 1]!;
}
