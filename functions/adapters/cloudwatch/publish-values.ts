import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { MetricUnit as Unit } from '@aws-lambda-powertools/metrics/types';
import type { MetricName } from '#core/metric-name.ts';

/** A value to be sent; undefined where there is nothing to tell. */
export type MetricValue = readonly [name: MetricName, value: number | undefined, unit?: Unit];

/**
 * Writes the values that there are as one line of CloudWatch's embedded metric format, and no line where there are none.
 * Dimension: service. The unit of a value is a count unless it says another.
 */
export function publishValues(metrics: Metrics, values: readonly MetricValue[]): void {
  const given = values.flatMap(([name, value, unit = MetricUnit.Count]) =>
    value === undefined ? [] : [{ name, value, unit }],
  );
  if (given.length === 0) return;
  for (const { name, value, unit } of given) metrics.addMetric(name, unit, value);
  metrics.publishStoredMetrics();
}

/** The count; undefined for none, which is nothing to tell. */
export function ifAny(count: number | undefined): number | undefined {
  return count === 0 ? undefined : count;
}
