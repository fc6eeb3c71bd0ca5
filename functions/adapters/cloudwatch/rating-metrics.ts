import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { MetricName } from '#core/metric-name.ts';

/** Says what one batch of uploads came to. Dimension: service. A quiet batch says nothing. */
export function publishUploads(
  metrics: Metrics,
  { uploaded, failed }: { readonly uploaded: number; readonly failed: number },
): void {
  if (uploaded + failed === 0) return;
  metrics.addMetric(MetricName.ratingsUploaded, MetricUnit.Count, uploaded);
  metrics.addMetric(MetricName.ratingUploadErrors, MetricUnit.Count, failed);
  metrics.publishStoredMetrics();
}

/** Says how many ratings wait and how many have failed after a rating sync. Dimensions: service and `job`. */
export function publishWaiting(
  metrics: Metrics,
  job: string,
  { pending, failed }: { readonly pending: number; readonly failed: number },
): void {
  metrics.addDimension('job', job);
  metrics.addMetric(MetricName.ratingsPending, MetricUnit.Count, pending);
  metrics.addMetric(MetricName.failedUploads, MetricUnit.Count, failed);
  metrics.publishStoredMetrics();
}
