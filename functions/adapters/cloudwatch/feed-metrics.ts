import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { MetricName } from '#core/metric-name.ts';

/** What a minute of the feed came to. */
export type FeedMeasurements = {
  readonly connected: boolean;
  /** Whether an operator has it switched off. */
  readonly disabled: boolean;
  readonly reconnects: number;
  readonly messages: number;
  readonly rejected: number;
  readonly conflictsDetected: number;
  readonly conflictsResolved: number;
  /** Milliseconds; fewer than 100, so that all of a minute is one line. */
  readonly latenciesMs: readonly number[];
};

/** Says in CloudWatch's embedded metric format what a minute of the feed came to. Dimension: service. */
export function publishFeed(metrics: Metrics, measured: FeedMeasurements): void {
  metrics.addMetric(MetricName.feedConnected, MetricUnit.Count, measured.connected ? 1 : 0);
  // Sent only where there is something: a metric is billed for each hour in which it is sent.
  const rare = [
    [MetricName.feedDisabled, Number(measured.disabled)],
    [MetricName.conflictsDetected, measured.conflictsDetected],
    [MetricName.conflictsResolved, measured.conflictsResolved],
  ] as const;
  for (const [name, count] of rare) if (count > 0) metrics.addMetric(name, MetricUnit.Count, count);
  metrics.addMetric(MetricName.feedReconnects, MetricUnit.Count, measured.reconnects);
  metrics.addMetric(MetricName.feedMessages, MetricUnit.Count, measured.messages);
  metrics.addMetric(MetricName.feedRejected, MetricUnit.Count, measured.rejected);
  for (const ms of measured.latenciesMs)
    metrics.addMetric(MetricName.feedLatency, MetricUnit.Milliseconds, ms);
  metrics.publishStoredMetrics();
}
