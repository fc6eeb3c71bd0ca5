import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { MetricName } from '#core/metric-name.ts';

/** What a sync of tickets came to in one invocation. */
export type TicketSyncOutcome = {
  /** Whether the export was read to its end. */
  readonly complete: boolean;
  /** How old the copy is, milliseconds; undefined before the first sync that was complete. */
  readonly cursorAgeMs: number | undefined;
};

/** Says how the copy of the tickets is after a sync, good or bad. Dimension: service. */
export function publishTicketSync(metrics: Metrics, { complete, cursorAgeMs }: TicketSyncOutcome): void {
  if (complete) metrics.addMetric(MetricName.ticketsSynced, MetricUnit.Count, 1);
  if (cursorAgeMs !== undefined) {
    metrics.addMetric(MetricName.ticketCursorAge, MetricUnit.Seconds, Math.max(0, cursorAgeMs) / 1_000);
  }
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}
