import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { type Run, RunStatus } from '#core/run.ts';

/**
 * Says in CloudWatch's embedded metric format what came of a run: `RunSuccess` or `RunFailure` (with its error's
 * code as metadata), `RunDuration`, and each count under its own name. Dimensions: service and `job`.
 */
export function publishRun(metrics: Metrics, run: Run): void {
  if (run.status !== RunStatus.success && run.status !== RunStatus.failed) return;
  const single = metrics.singleMetric();
  single.addDimension('job', run.job);
  single.addMetric(run.status === RunStatus.success ? 'RunSuccess' : 'RunFailure', MetricUnit.Count, 1);
  metrics.addDimension('job', run.job);
  metrics.addMetric('RunDuration', MetricUnit.Milliseconds, (run.endedAt ?? run.startedAt) - run.startedAt);
  for (const [name, count] of Object.entries(run.counts)) metrics.addMetric(name, MetricUnit.Count, count);
  if (run.error) metrics.addMetadata('error', run.error.code);
  metrics.addMetadata('run_id', run.runId);
  metrics.publishStoredMetrics();
}
