import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { MetricName } from '#core/metric-name.ts';

/** What a sync of tickets came to in one invocation. */
export type TicketSyncOutcome = {
  /** Whether the export was read to its end. */
  readonly complete: boolean;
  /** How old the copy is, milliseconds; undefined before the first sync that was complete. */
  readonly cursorAgeMs: number | undefined;
};

/** What an analysis came to in one invocation. */
export type TicketAnalysisOutcome = {
  readonly analysed: number;
  /** Tickets that failed for good, and 1 for a stage that failed as a whole. */
  readonly failed: number;
  /** Whether tickets were left alone because a budget was used up. */
  readonly budgetExhausted: boolean;
};

/** Says how the copy of the tickets is after a sync, good or bad. Dimension: service. */
export function publishTicketSync(metrics: Metrics, { complete, cursorAgeMs }: TicketSyncOutcome): void {
  if (complete) metrics.addMetric(MetricName.ticketsSynced, MetricUnit.Count, 1);
  if (cursorAgeMs !== undefined) {
    metrics.addMetric(MetricName.ticketCursorAge, MetricUnit.Seconds, Math.max(0, cursorAgeMs) / 1_000);
  }
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}

/** Says what an analysis came to. Dimension: service. An invocation that had nothing to analyse says nothing. */
export function publishTicketAnalysis(metrics: Metrics, outcome: TicketAnalysisOutcome): void {
  const { analysed, failed, budgetExhausted } = outcome;
  if (analysed > 0) metrics.addMetric(MetricName.ticketsAnalysed, MetricUnit.Count, analysed);
  if (failed > 0) metrics.addMetric(MetricName.ticketAnalysesFailed, MetricUnit.Count, failed);
  if (budgetExhausted) metrics.addMetric(MetricName.ticketBudgetExhausted, MetricUnit.Count, 1);
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}
