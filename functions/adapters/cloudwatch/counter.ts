import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { MetricName } from '#core/metric-name.ts';

/**
 * Counts single events as they happen, each a line of CloudWatch's embedded metric format. Dimensions: service.
 *
 * @example const count = createCounter(metrics); count(MetricName.deniedRequests);
 */
export function createCounter(metrics: Metrics): (what: MetricName) => void {
  return (what) => {
    metrics.singleMetric().addMetric(what, MetricUnit.Count, 1);
  };
}
