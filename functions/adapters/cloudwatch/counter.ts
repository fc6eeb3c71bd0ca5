import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { MetricUnit as Unit } from '@aws-lambda-powertools/metrics/types';
import { ANY_SERVICE, MetricName } from '#core/metric-name.ts';

/** Sends single values as they come up, each a line of CloudWatch's embedded metric format. */
export type Count = (what: MetricName, value?: number, unit?: Unit) => void;

/**
 * Makes a counter of single events. Dimension: service. A value is 1, and its unit a count, unless it is given.
 *
 * @example const count = createCounter(metrics); count(MetricName.lostAuditRecords);
 */
export function createCounter(metrics: Metrics): Count {
  return (what, value = 1, unit = MetricUnit.Count) => {
    metrics.singleMetric().addMetric(what, unit, value);
  };
}

/**
 * Says how much of the marketplace's requests a minute is in use, in percent, each time that it is called, whichever process
 * it is. Its metrics are made with the first: most have none.
 */
export function createHighUseMetric(): (percent: number) => void {
  let count: Count | undefined;
  return (percent) => {
    count ??= createCounter(new Metrics({ serviceName: ANY_SERVICE }));
    count(MetricName.rateLimitUse, percent, MetricUnit.Percent);
  };
}
