import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Log } from '#core/log.ts';
import { MetricName } from '#core/metric-name.ts';
import { ifAny, publishValues } from './publish-values.ts';

/** What a minute of the feed came to. */
export type FeedMeasurements = {
  readonly connected: boolean;
  /** Whether it is not to be connected: an operator has it switched off, or no token was put in yet. */
  readonly disabled: boolean;
  readonly reconnects: number;
  readonly messages: number;
  readonly rejected: number;
  readonly conflictsDetected: number;
  readonly conflictsResolved: number;
  /** Milliseconds from a frame's arrival until what it says is stored. */
  readonly latenciesMs: readonly number[];
};

/** Says what alarms have to know of a minute of the feed. Dimension: service. */
export function publishFeed(metrics: Metrics, measured: FeedMeasurements): void {
  publishValues(metrics, [
    [MetricName.feedConnected, Number(measured.connected)],
    [MetricName.feedDisabled, ifAny(Number(measured.disabled))],
    [MetricName.feedReconnects, ifAny(measured.reconnects)],
    [MetricName.conflictsDetected, ifAny(measured.conflictsDetected)],
  ]);
}

/** Logs what a minute of the feed came to; a quiet one leaves no line. */
export function logFeed(log: Log, measured: FeedMeasurements): void {
  const { reconnects, messages, rejected, conflictsDetected, conflictsResolved } = measured;
  if (reconnects + messages + rejected + conflictsDetected + conflictsResolved === 0) return;
  const latencies = measured.latenciesMs.toSorted((a, b) => a - b);
  const percentile = (share: number) => latencies[Math.ceil(share * latencies.length) - 1];
  log.info('a minute of the feed', {
    connected: measured.connected,
    reconnects,
    messages,
    rejected,
    conflicts_detected: conflictsDetected,
    conflicts_resolved: conflictsResolved,
    latency_p50_ms: percentile(0.5),
    latency_p99_ms: percentile(0.99),
  });
}
