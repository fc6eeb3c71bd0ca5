import type { Metrics } from '@aws-lambda-powertools/metrics';
import { MetricName } from '#core/metric-name.ts';
import { ifAny, publishValues } from './publish-values.ts';

/** Says how many uploads have failed after a rating sync, where any has. Dimension: service. */
export function publishFailedUploads(metrics: Metrics, failed: number): void {
  publishValues(metrics, [[MetricName.failedUploads, ifAny(failed)]]);
}
