import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { MetricName } from '#core/metric-name.ts';

/** Publishes how a rotation of the marketplace's token ended. Dimension: service. */
export function publishRotation(metrics: Metrics, outcome: 'succeeded' | 'failed'): void {
  const name = outcome === 'succeeded' ? MetricName.rotationSucceeded : MetricName.rotationFailed;
  metrics.addMetric(name, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}
