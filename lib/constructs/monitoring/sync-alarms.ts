import { ComparisonOperator, MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
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
    marketplaceUnavailable(scope, props),
    syncSlow(scope),
    cacheLow(scope),
    conflictHigh(scope, props),
    massRemovalRefused(scope, props),
  ];
}

/** Alarms on runs that did not come; there are none where nothing starts by itself. */
export function stalenessAlarms(scope: Construct, { settings, ratings }: SyncAlarmProps): AlarmDefinition[] {
  const sync = settings.ATOM_SAAS_SYNC_INTERVAL_MINUTES;
  const skills = noSuccess(scope, 'skill-sync');
  const definitions: AlarmDefinition[] = [
    {
      ...skills(staleAfter(sync)),
      name: 'SyncStale',
      severity: 'critical',
      says: `No skill sync has succeeded for ${staleAfter(sync)} minutes.`,
      marketplaceWait: Duration.minutes(5),
    },
    {
      ...skills(2 * sync + 5),
      name: 'SyncOverdue',
      severity: 'none',
      says: 'No skill sync has succeeded for two intervals.',
    },
  ];
  if (ratings) {
    const minutes = staleAfter(settings.ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES);
    definitions.push({
      ...noSuccess(scope, 'rating-sync')(minutes),
      name: 'RatingSyncStale',
      severity: 'warning',
      says: `No rating sync has succeeded for ${minutes} minutes.`,
      marketplaceWait: Duration.minutes(5),
    });
  }
  return definitions;
}

/** One failed run is no alarm: at least an hour, and at least two intervals. Full steps of five minutes. */
function staleAfter(intervalMinutes: number): number {
  return Math.ceil(Math.max(STALE_MINUTES, 2 * intervalMinutes + SLACK_MINUTES) / 5) * 5;
}

function noSuccess(scope: Construct, service: 'skill-sync' | 'rating-sync') {
  return (minutes: number) => {
    const { period, evaluationPeriods } = steps(minutes);
    const successes = customMetric(scope, service, 'RunSuccess', { statistic: Stats.SUM, period });
    return {
      metric: zeroFilled(successes, period, 'successful runs'),
      comparison: LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods,
      missing: BREACHING,
      missingBecause: 'a job that does not run sends nothing, and that is what this is about',
    };
  };
}

function highErrorRate(scope: Construct, { settings, ratings }: SyncAlarmProps): AlarmDefinition {
  const period = Duration.minutes(RATE_INTERVALS * settings.ATOM_SAAS_SYNC_INTERVAL_MINUTES);
  const services = ratings ? (['skill-sync', 'rating-sync'] as const) : (['skill-sync'] as const);
  const usingMetrics = Object.fromEntries(
    services.flatMap((service, index) => [
      [`runs${index}`, customMetric(scope, service, 'RunSuccess', { statistic: Stats.SAMPLE_COUNT, period })],
      [`successes${index}`, customMetric(scope, service, 'RunSuccess', { statistic: Stats.SUM, period })],
    ]),
  );
  const all = (name: string) => `(${services.map((_, index) => `${name}${index}`).join(' + ')})`;
  const runs = all('runs');
  return {
    name: 'HighErrorRate',
    severity: 'critical',
    says: `More than 10 % of the syncs of the last ${period.toMinutes()} minutes failed.`,
    metric: new MathExpression({
      expression: `IF(${runs} >= ${RATE_MINIMUM_RUNS}, 100 * (${runs} - ${all('successes')}) / ${runs}, 0)`,
      usingMetrics,
      period,
      label: 'failed runs, %',
    }),
    comparison: GREATER_THAN_THRESHOLD,
    threshold: 10,
    evaluationPeriods: 1,
    missing: NOT_BREACHING,
    missingBecause: 'without a run there is no rate; SyncStale tells of runs that do not come',
    marketplaceWait: Duration.minutes(5),
  };
}

function marketplaceUnavailable(scope: Construct, { settings, ratings }: SyncAlarmProps): AlarmDefinition {
  const { period, evaluationPeriods } = steps(settings.ATOM_SAAS_SYNC_INTERVAL_MINUTES + 10);
  const options = { statistic: Stats.SUM, period };
  const metrics = [customMetric(scope, 'skill-sync', 'MarketplaceUnavailable', options)];
  if (ratings) metrics.push(customMetric(scope, 'rating-sync', 'MarketplaceUnavailable', options));
  return {
    ...onFirst(zeroFilled(sumOf(metrics, period, 'runs'), period, 'runs without a marketplace')),
    name: 'MarketplaceUnavailable',
    severity: 'none',
    says: 'A run of the last interval failed because the marketplace could not be had.',
    evaluationPeriods,
    datapointsToAlarm: 1,
    missingBecause: 'only a run that failed for this reason sends it',
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

function cacheLow(scope: Construct): AlarmDefinition {
  const { period } = steps(5);
  return {
    name: 'CacheLow',
    severity: 'warning',
    says: 'The cache holds fewer than 1,000 skills.',
    metric: customMetric(scope, 'skill-sync', 'CachedSkills', { statistic: Stats.MINIMUM, period }),
    comparison: LESS_THAN_THRESHOLD,
    threshold: 1_000,
    evaluationPeriods: 1,
    missing: IGNORE,
    missingBecause: 'the size is known after a successful sync only, and is as it was until the next one',
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
    metric: sumOf(detected, HOUR, 'conflicts'),
    comparison: GREATER_THAN_THRESHOLD,
    threshold: 5,
    evaluationPeriods: 1,
    missing: NOT_BREACHING,
    missingBecause: 'who does not sync finds no conflict; SyncStale tells of it',
  };
}

function massRemovalRefused(scope: Construct, { settings }: SyncAlarmProps): AlarmDefinition {
  const { period, evaluationPeriods } = steps(2 * settings.ATOM_SAAS_SYNC_INTERVAL_MINUTES + 10);
  const refused = customMetric(scope, 'skill-sync', 'MassRemovalRefused', { statistic: Stats.SUM, period });
  return {
    ...onFirst(zeroFilled(refused, period, 'refused removals')),
    name: 'MassRemovalRefused',
    severity: 'warning',
    says: 'The marketplace lists so little that a run would have removed more than a fifth of the cache.',
    // As long as two runs, so that it stays on while each run is refused, and tells of it once.
    evaluationPeriods,
    datapointsToAlarm: 1,
    missingBecause: 'only a run that was refused sends it',
  };
}
