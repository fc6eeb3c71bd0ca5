import type { Metrics } from '@aws-lambda-powertools/metrics';
import { MetricName } from '#core/metric-name.ts';
import { isEnded, type Run, RunStatus } from '#core/runs/run.ts';
import { isPausedAt } from '#core/tickets/left-runs.ts';
import { ISSUE_STAGES, TicketStage } from '#core/tickets/ticket-task.ts';
import { ifAny, publishValues } from './publish-values.ts';

/**
 * Says what the analyses of a run came to where some failed or had to wait for money, once it has ended or its analysis
 * has. Dimension: service. A failure counts as one failed analysis at least, a run that an operator cancelled does not.
 */
export function publishAnalyses(metrics: Metrics, run: Run): void {
  if (!(isEnded(run) || isPausedAt(run, ISSUE_STAGES)) || run.status === RunStatus.skipped) return;
  const { analysed = 0, failed = 0 } = run.counts;
  const hasFailed = run.error !== undefined && run.error.code !== 'cancelled';
  const failures = hasFailed ? Math.max(1, failed) : failed;
  // An issue without a label has a title all the same: nothing waits for money there.
  const isExhausted =
    run.notes?.some(({ code, stage }) => code === 'budget_exhausted' && stage !== TicketStage.label) ?? false;
  publishValues(metrics, [
    [MetricName.ticketsAnalysed, failures > 0 ? ifAny(analysed) : undefined],
    [MetricName.ticketAnalysesFailed, ifAny(failures)],
    [MetricName.ticketBudgetExhausted, isExhausted ? 1 : undefined],
  ]);
}
