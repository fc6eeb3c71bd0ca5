import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { MarketplaceUnavailableError, MassRemovalRefusedError } from '#core/errors.ts';
import { MetricName } from '#core/metric-name.ts';
import { type Run, RunStatus } from '#core/runs/run.ts';

/** What a job knows at its end and its record does not: the size of the cache, after a skill sync. */
export type RunGauges = { readonly skillsCount?: number; readonly categoriesCount?: number };

type Value = readonly [name: MetricName, value: number | undefined];

/**
 * Says in CloudWatch's embedded metric format what came of an ended run, by the names of `MetricName`. A run that
 * has not ended says nothing: the invocation that ends it does.
 *
 * `RunSuccess` is sent by each ended run, 1 or 0, so that its sum counts the successes and its samples the runs.
 * What only bad runs have (`RunFailure`, `MarketplaceUnavailable`, `MassRemovalRefused`) only they send: CloudWatch
 * bills a metric for every hour in which it is sent. The job's own counts are metadata for the same reason: they
 * are in the log, and a metric each would cost more than the whole sync does.
 */
export function publishRun(metrics: Metrics, run: Run, gauges: RunGauges = {}): void {
  if (run.status !== RunStatus.success && run.status !== RunStatus.failed) return;
  metrics.addDimension('job', run.job);
  for (const [name, value] of [...outcome(run), ...sizes(gauges)]) add(metrics, name, value);
  metrics.addMetric(MetricName.runDuration, MetricUnit.Milliseconds, durationMs(run));
  metrics.addMetadata('run_id', run.runId);
  metrics.addMetadata('counts', JSON.stringify(run.counts));
  if (run.error) metrics.addMetadata('error', run.error.code);
  metrics.publishStoredMetrics();
  publishConflicts(metrics, run);
}

/** The failures that have a metric of their own. */
type AlarmedCode = (MarketplaceUnavailableError | MassRemovalRefusedError)['code'];

function outcome({ status, error }: Run): Value[] {
  const failed = status === RunStatus.failed;
  const failedWith = (code: AlarmedCode) => (failed && error?.code === code ? 1 : undefined);
  return [
    [MetricName.runSuccess, failed ? 0 : 1],
    [MetricName.runFailure, failed ? 1 : undefined],
    [MetricName.marketplaceUnavailable, failedWith('marketplace_unavailable')],
    [MetricName.massRemovalRefused, failedWith('mass_removal_refused')],
  ];
}

function sizes({ skillsCount, categoriesCount }: RunGauges): Value[] {
  return [
    [MetricName.cachedSkills, skillsCount],
    [MetricName.cachedCategories, categoriesCount],
  ];
}

/** Without the job, which says nothing more: one service finds them. */
function publishConflicts(metrics: Metrics, { counts }: Run): void {
  add(metrics, MetricName.conflictsDetected, counts.conflicts_detected);
  add(metrics, MetricName.conflictsResolved, counts.conflicts_resolved);
  add(metrics, MetricName.conflictsUnresolved, counts.conflicts_unresolved);
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}

/** A value that the run does not have is no zero. */
function add(metrics: Metrics, name: MetricName, value: number | undefined): void {
  if (value !== undefined) metrics.addMetric(name, MetricUnit.Count, value);
}

function durationMs({ startedAt, endedAt = startedAt }: Run): number {
  return Math.max(0, endedAt - startedAt);
}
