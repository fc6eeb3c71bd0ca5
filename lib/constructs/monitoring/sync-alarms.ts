import { ComparisonOperator, MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { FEW_SKILLS } from '#core/alarm-thresholds.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { type AlarmDefinition, onFirst, steps, sumOf, zeroFilled } from './alarm-definition.ts';
import { customMetric } from './custom-metrics.ts';

const { LESS_THAN_THRESHOLD, GREATER_THAN_THRESHOLD } = ComparisonOperator;
const { BREACHING, NOT_BREACHING, IGNORE } = TreatMissingData;

/** A run, with what the scheduler's window and Lambda's retries may add to it. */
const SLACK_MINUTES = 15;
const STALE_MINUTES = 60;
/** Runs over which the error rate is taken, and without which it says nothing. */
const RATE_INTERVALS = 12;
const RATE_MINIMUM_RUNS = 10;
const HOUR = Duration.hours(1);

/** What decides which alarms on syncs there are. */
export type SyncAlarmProps = {
  readonly settings: Settings;
  /** Whether the rating sync is deployed. */
  readonly ratings: boolean;
  /** Whether the real-time feed runs. */
  readonly feed: boolean;
};

/** Alarms on what the skill sync says of its runs. */
export function syncAlarms(scope: Construct, props: SyncAlarmProps): AlarmDefinition[] {
  return [
    highErrorRate(scope, props),
    syncSlow(scope),
    cacheLow(scope, props),
    conflictHigh(scope, props),
    massRemovalRefused(scope, props),
  ];
}

/** Alarms on runs that did not come; there are none where nothing starts by itself. */
export function stalenessAlarms(scope: Construct, props: SyncAlarmProps): AlarmDefinition[] {
  return [
    syncStale(scope, props),
    marketplaceDown(scope, props),
    ...(props.ratings ? [ratingSyncStale(scope, props)] : []),
  ];
}

/**
 * Knows whether a skill sync has ever succeeded: OK from the first success on, whatever comes after, and without a state
 * before. It never goes off; those that silence sets off ask it.
 */
export function setUpAlarm(scope: Construct): AlarmDefinition {
  return {
    name: 'SetUp',
    severity: 'none',
    says: 'OK as soon as a skill sync has succeeded once; until then SyncStale and WebSocketDisconnected tell nobody.',
    metric: successes(scope, 'skill-sync', steps(5).period),
    comparison: LESS_THAN_THRESHOLD,
    threshold: 1,
    evaluationPeriods: 1,
    missing: IGNORE,
    missingBecause: 'what has succeeded once was set up, however long ago that is',
  };
}

/** Each success sends how long it took. */
function successes(scope: Construct, service: 'skill-sync' | 'rating-sync', period: Duration) {
  return customMetric(scope, service, 'RunDuration', { statistic: Stats.SAMPLE_COUNT, period });
}

/** Runs that found no marketplace. */
function outages(scope: Construct, period: Duration) {
  return customMetric(scope, 'skill-sync', 'MarketplaceUnavailable', { statistic: Stats.SUM, period });
}

/** One failed run is no alarm: at least an hour, and at least two intervals. Full steps of five minutes. */
function staleAfter(intervalMinutes: number): number {
  return Math.ceil(Math.max(STALE_MINUTES, 2 * intervalMinutes + SLACK_MINUTES) / 5) * 5;
}

function syncStale(scope: Construct, { settings }: SyncAlarmProps): AlarmDefinition {
  const minutes = staleAfter(settings.ATOM_SAAS_SYNC_INTERVAL_MINUTES);
  const { period, evaluationPeriods } = steps(minutes);
  // Runs without a marketplace count like successes: MarketplaceDown tells of them.
  const metrics = [successes(scope, 'skill-sync', period), outages(scope, period)];
  const label = 'runs that succeeded, or found no marketplace';
  return {
    name: 'SyncStale',
    severity: 'critical',
    says: `No skill sync has succeeded for ${minutes} minutes, and the marketplace is there.`,
    metric: zeroFilled(sumOf(metrics, period, label), period, label),
    comparison: LESS_THAN_THRESHOLD,
    threshold: 1,
    evaluationPeriods,
    missing: BREACHING,
    missingBecause: 'a job that does not run sends nothing, and that is what this is about',
    onceSetUp: true,
  };
}

/** Two intervals in which runs found no marketplace and none succeeded. */
function marketplaceDown(scope: Construct, { settings }: SyncAlarmProps): AlarmDefinition {
  const period = Duration.minutes(2 * settings.ATOM_SAAS_SYNC_INTERVAL_MINUTES + 5);
  return {
    name: 'MarketplaceDown',
    severity: 'critical',
    says: 'The marketplace has been away for two intervals; agents are served from the cache.',
    metric: new MathExpression({
      // A success outweighs all outages. One of the two has often no data, and then counts as nothing.
      expression: 'SUM([outages, 0 - 1000 * successes])',
      usingMetrics: {
        outages: outages(scope, period),
        successes: successes(scope, 'skill-sync', period),
      },
      period,
      label: 'runs without a marketplace, where none succeeded',
    }),
    comparison: GREATER_THAN_THRESHOLD,
    threshold: 0,
    evaluationPeriods: 1,
    missing: NOT_BREACHING,
    missingBecause:
      'only a run that failed for this reason sends it; SyncStale tells of runs that do not come',
  };
}

/** Where the skill sync works and the rating sync does not; what both suffer from, the skill sync's alarms tell. */
function ratingSyncStale(scope: Construct, { settings }: SyncAlarmProps): AlarmDefinition {
  const {
    ATOM_SAAS_SYNC_INTERVAL_MINUTES: skillMinutes,
    ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES: ratingMinutes,
  } = settings;
  const minutes = staleAfter(ratingMinutes);
  const period = Duration.minutes(minutes);
  // More than there can be between a rating sync and the next: then one was due while skill syncs worked.
  const enough = Math.min(Math.floor(minutes / skillMinutes), Math.ceil(ratingMinutes / skillMinutes) + 2);
  return {
    name: 'RatingSyncStale',
    severity: 'warning',
    says: `No rating sync has succeeded for ${minutes} minutes, while skill syncs did.`,
    metric: new MathExpression({
      // Without any rating sync the skills make the value, and without enough of them there is nothing to say.
      expression: `IF(skills >= ${enough}, SUM([0 * skills, ratings]), 1)`,
      usingMetrics: {
        skills: successes(scope, 'skill-sync', period),
        ratings: successes(scope, 'rating-sync', period),
      },
      period,
      label: 'rating syncs',
    }),
    comparison: LESS_THAN_THRESHOLD,
    threshold: 1,
    evaluationPeriods: 1,
    missing: NOT_BREACHING,
    missingBecause: 'where no skill sync succeeds either, its own alarms tell why',
  };
}

/** Without the runs that had nobody to talk to: those are no failures. */
function highErrorRate(scope: Construct, { settings, ratings }: SyncAlarmProps): AlarmDefinition {
  const period = Duration.minutes(RATE_INTERVALS * settings.ATOM_SAAS_SYNC_INTERVAL_MINUTES);
  const services = ratings ? (['skill-sync', 'rating-sync'] as const) : (['skill-sync'] as const);
  const usingMetrics = Object.fromEntries(
    services.flatMap((service, index) => [
      [`successes${index}`, successes(scope, service, period)],
      [`failures${index}`, customMetric(scope, service, 'RunFailure', { statistic: Stats.SUM, period })],
    ]),
  );
  const failures = `SUM([${services.map((_, index) => `failures${index}`).join(', ')}])`;
  const runs = `SUM([${Object.keys(usingMetrics).join(', ')}])`;
  return {
    name: 'HighErrorRate',
    severity: 'critical',
    says: `More than 10 % of the syncs of the last ${period.toMinutes()} minutes failed.`,
    metric: new MathExpression({
      expression: `IF(${runs} >= ${RATE_MINIMUM_RUNS}, 100 * FILL(${failures}, 0) / ${runs}, 0)`,
      usingMetrics,
      period,
      label: 'failed runs, %',
    }),
    comparison: GREATER_THAN_THRESHOLD,
    threshold: 10,
    evaluationPeriods: 1,
    missing: NOT_BREACHING,
    missingBecause: 'without a failure there is no rate; SyncStale tells of runs that do not come',
  };
}

function syncSlow(scope: Construct): AlarmDefinition {
  return {
    name: 'SyncSlow',
    severity: 'warning',
    says: 'The slowest 5 % of the skill syncs take more than 60 seconds, in two of the last three hours.',
    metric: customMetric(scope, 'skill-sync', 'RunDuration', { statistic: Stats.p(95), period: HOUR }),
    comparison: GREATER_THAN_THRESHOLD,
    threshold: 60_000,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    missing: NOT_BREACHING,
    missingBecause: 'a run that did not happen was not slow; SyncStale tells of it',
  };
}

/** As long as two runs, so that an alarm stays on while each run sends the metric, and tells of it once. */
function ofTwoRuns({ settings }: SyncAlarmProps) {
  return steps(2 * settings.ATOM_SAAS_SYNC_INTERVAL_MINUTES + 10);
}

function cacheLow(scope: Construct, props: SyncAlarmProps): AlarmDefinition {
  const { period, evaluationPeriods } = ofTwoRuns(props);
  const small = customMetric(scope, 'skill-sync', 'CachedSkills', { statistic: Stats.SAMPLE_COUNT, period });
  return {
    ...onFirst(zeroFilled(small, period, 'syncs that left few skills')),
    name: 'CacheLow',
    severity: 'warning',
    says: `The cache holds fewer than ${FEW_SKILLS.toLocaleString('en')} skills.`,
    evaluationPeriods,
    datapointsToAlarm: 1,
    missingBecause: 'only a sync that left few skills sends it',
  };
}

function conflictHigh(scope: Construct, { feed }: SyncAlarmProps): AlarmDefinition {
  const services = feed ? (['skill-sync', 'realtime-feed'] as const) : (['skill-sync'] as const);
  const detected = services.map((service) =>
    customMetric(scope, service, 'ConflictsDetected', { statistic: Stats.SUM, period: HOUR }),
  );
  return {
    name: 'ConflictHigh',
    severity: 'warning',
    says: 'More than 5 conflicts between local edits and the marketplace were found within an hour.',
    metric: zeroFilled(sumOf(detected, HOUR, 'conflicts'), HOUR, 'conflicts'),
    comparison: GREATER_THAN_THRESHOLD,
    threshold: 5,
    evaluationPeriods: 1,
    missing: NOT_BREACHING,
    missingBecause: 'only who finds some sends them',
  };
}

function massRemovalRefused(scope: Construct, props: SyncAlarmProps): AlarmDefinition {
  const { period, evaluationPeriods } = ofTwoRuns(props);
  const refused = customMetric(scope, 'skill-sync', 'MassRemovalRefused', { statistic: Stats.SUM, period });
  return {
    ...onFirst(zeroFilled(refused, period, 'refused removals')),
    name: 'MassRemovalRefused',
    severity: 'warning',
    says: 'The marketplace lists so little that a run would have removed more than a fifth of the cache.',
    evaluationPeriods,
    datapointsToAlarm: 1,
    missingBecause: 'only a run that was refused sends it',
  };
}
