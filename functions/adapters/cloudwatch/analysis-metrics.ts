import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { MetricName } from '#core/metric-name.ts';
import { isEnded, type Run, RunStatus } from '#core/runs/run.ts';

/**
 * Says what the analyses of a run came to, once it has ended. Dimension: service. A run that analysed nothing and
 * missed nothing says no more than how many tickets wait.
 */
export function publishAnalyses(metrics: Metrics, run: Run): void {
  if (!isEnded(run) || run.status === RunStatus.skipped) return;
  const { pending, analysed = 0, failed = 0, cost_micro_usd = 0 } = run.counts;
  const isExhausted = run.notes?.some(({ code }) => code === 'budget_exhausted') ?? false;
  if (pending !== undefined) metrics.addMetric(MetricName.ticketsPending, MetricUnit.Count, pending);
  if (analysed > 0) metrics.addMetric(MetricName.ticketsAnalysed, MetricUnit.Count, analysed);
  if (failed > 0) metrics.addMetric(MetricName.ticketAnalysesFailed, MetricUnit.Count, failed);
  if (isExhausted) metrics.addMetric(MetricName.claudeBudgetExhausted, MetricUnit.Count, 1);
  if (cost_micro_usd > 0) {
    metrics.addMetric(MetricName.claudeCostUsd, MetricUnit.NoUnit, cost_micro_usd / MICRO);
  }
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}

const MICRO = 1_000_000;
