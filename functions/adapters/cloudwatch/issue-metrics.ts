import type { Metrics } from '@aws-lambda-powertools/metrics';
import { MetricName } from '#core/metric-name.ts';
import { ifAny, publishValues } from './publish-values.ts';

/** Says how many incidents are open after a run that grouped tickets, where any is. Dimension: service. */
export function publishIncidents(metrics: Metrics, open: number): void {
  publishValues(metrics, [[MetricName.incidentsOpen, ifAny(open)]]);
}
