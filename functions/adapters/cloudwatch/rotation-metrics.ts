import type { Metrics } from '@aws-lambda-powertools/metrics';
import { MetricName } from '#core/metric-name.ts';
import { publishValues } from './publish-values.ts';

/** Says that a step of a rotation of the marketplace's token failed. Dimension: service. */
export function publishFailedRotation(metrics: Metrics): void {
  publishValues(metrics, [[MetricName.rotationFailed, 1]]);
}
