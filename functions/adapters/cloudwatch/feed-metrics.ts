import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { MetricName } from '#core/metric-name.ts';

/** What a minute of the feed came to. */
export type FeedFigures = {
  readonly connected: boolean;
  /** Whether an operator has it switched off. */
  readonly disabled: boolean;
  readonly reconnects: number;
  readonly messages: number;
  readonly rejected: number;
  /** Milliseconds; fewer than 100, so that all of a minute is one line. */
  readonly latenciesMs: readonly number[];
};

/** Says in CloudWatch's embedded metric format what a minute of the feed came to. Dimension: service. */
export function publishFeed(metrics: Metrics, figures: FeedFigures): void {
  metrics.addMetric(MetricName.feedConnected, MetricUnit.Count, figures.connected ? 1 : 0);
  // Sent only while it is so: a metric is billed for each hour in which it is sent.
  if (figures.disabled) metrics.addMetric(MetricName.feedDisabled, MetricUnit.Count, 1);
  metrics.addMetric(MetricName.feedReconnects, MetricUnit.Count, figures.reconnects);
  metrics.addMetric(MetricName.feedMessages, MetricUnit.Count, figures.messages);
  metrics.addMetric(MetricName.feedRejected, MetricUnit.Count, figures.rejected);
  for (const ms of figures.latenciesMs)
    metrics.addMetric(MetricName.feedLatency, MetricUnit.Milliseconds, ms);
  metrics.publishStoredMetrics();
}
