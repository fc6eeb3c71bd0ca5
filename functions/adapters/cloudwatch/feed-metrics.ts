import type { Metrics } from '@aws-lambda-powertools/metrics';
import { MetricName } from '#core/metric-name.ts';
import { ifAny, publishValues } from './publish-values.ts';

/** What alarms have to know of a minute of the feed. */
export type FeedMeasurements = {
  readonly connected: boolean;
  /** Whether it is not to be connected: an operator has it switched off, or no token was put in yet. */
  readonly disabled: boolean;
  readonly reconnects: number;
  readonly conflictsDetected: number;
};

/** Says what alarms have to know of a minute of the feed; the rest of it is in its log. Dimension: service. */
export function publishFeed(metrics: Metrics, measured: FeedMeasurements): void {
  publishValues(metrics, [
    [MetricName.feedConnected, Number(measured.connected)],
    [MetricName.feedDisabled, ifAny(Number(measured.disabled))],
    [MetricName.feedReconnects, ifAny(measured.reconnects)],
    [MetricName.conflictsDetected, ifAny(measured.conflictsDetected)],
  ]);
}
