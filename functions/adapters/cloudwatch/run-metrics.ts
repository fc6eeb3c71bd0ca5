import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { FEW_SKILLS } from '#core/alarm-thresholds.ts';
import { MetricName } from '#core/metric-name.ts';
import { JobId, type Run, RunStatus } from '#core/runs/run.ts';
import { ifAny, type MetricValue, publishValues } from './publish-values.ts';

/** What a job knows at its end and its record does not: the size of the cache, after a skill sync. */
export type RunGauges = { readonly skillsCount?: number };

/** The jobs of which each success is told: whoever stops telling is missed. */
const TIMED: ReadonlySet<string> = new Set([JobId.skillSync, JobId.ratingSync]);
/** The jobs whose failures are told as well. Those of the tickets have metrics of their own. */
const WATCHED: ReadonlySet<string> = new Set([...TIMED, JobId.cacheCleanup]);

/**
 * Says what alarms have to know of an ended run. Dimension: service. A run that has not ended says nothing: the
 * invocation that ends it does.
 */
export function publishRun(metrics: Metrics, run: Run, gauges: RunGauges = {}): void {
  if (!WATCHED.has(run.job)) return;
  if (run.status === RunStatus.success) publishValues(metrics, [...success(run, gauges), conflicts(run)]);
  if (run.status === RunStatus.failed) publishValues(metrics, [...failure(run), conflicts(run)]);
}

function success(run: Run, { skillsCount }: RunGauges): MetricValue[] {
  const isSmall = skillsCount !== undefined && skillsCount < FEW_SKILLS;
  return [
    [MetricName.runDuration, TIMED.has(run.job) ? durationMs(run) : undefined, MetricUnit.Milliseconds],
    [MetricName.cachedSkills, isSmall ? skillsCount : undefined],
  ];
}

/**
 * A run that had nobody to talk to is no failed one. That the marketplace is away has an alarm of its own, which goes by
 * the skill sync; that no token was put in yet has none, and if it lasts it shows by the successes that do not come.
 */
function failure({ job, error }: Run): MetricValue[] {
  if (error?.code === 'marketplace_unavailable') {
    return [[MetricName.marketplaceUnavailable, job === JobId.skillSync ? 1 : undefined]];
  }
  if (error?.code === 'token_unavailable') return [];
  return [
    [MetricName.runFailure, 1],
    [MetricName.massRemovalRefused, error?.code === 'mass_removal_refused' ? 1 : undefined],
  ];
}

function conflicts({ counts }: Run): MetricValue {
  return [MetricName.conflictsDetected, ifAny(counts.conflicts_detected)];
}

function durationMs({ startedAt, endedAt = startedAt }: Run): number {
  return Math.max(0, endedAt - startedAt);
}
