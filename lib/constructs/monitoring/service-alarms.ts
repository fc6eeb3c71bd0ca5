import { ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { TOKEN_ENDS_SOON_DAYS } from '#core/alarm-thresholds.ts';
import type { Settings } from '#lib/settings/settings.ts';
import { type AlarmDefinition, onFirst, steps, sumOf, zeroFilled } from './alarm-definition.ts';
import { customMetric } from './custom-metrics.ts';

const { LESS_THAN_THRESHOLD, GREATER_THAN_THRESHOLD } = ComparisonOperator;
const { BREACHING, NOT_BREACHING } = TreatMissingData;
const HOUR = Duration.hours(1);
const DAY_HOURS = 24;
/** Long enough for a sync at the default interval to find out whether the marketplace as a whole is away. */
const FEED_MINUTES = 20;

/** Alarms on what the real-time feed says of itself, once a minute. */
export function feedAlarms(scope: Construct): AlarmDefinition[] {
  const { period, evaluationPeriods } = steps(FEED_MINUTES);
  const options = { statistic: Stats.MAXIMUM, period };
  const excused = [
    customMetric(scope, 'realtime-feed', 'FeedConnected', options),
    // Nobody is woken for what an operator has switched off.
    customMetric(scope, 'realtime-feed', 'FeedDisabled', options),
    // Nor twice for one cause.
    customMetric(scope, 'skill-sync', 'MarketplaceUnavailable', { statistic: Stats.SUM, period }),
  ];
  const label = 'connected, switched off, or no marketplace';
  const reconnects = customMetric(scope, 'realtime-feed', 'FeedReconnects', {
    statistic: Stats.SUM,
    period: HOUR,
  });
  return [
    {
      name: 'WebSocketDisconnected',
      severity: 'critical',
      says: `The real-time feed has been without its connection for ${FEED_MINUTES} minutes, and the marketplace is there.`,
      metric: zeroFilled(sumOf(excused, period, label), period, label),
      comparison: LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods,
      missing: BREACHING,
      missingBecause: 'the task sends it once a minute; one that says nothing is gone',
      onceSetUp: true,
    },
    {
      name: 'FeedFlapping',
      severity: 'warning',
      says: 'The real-time feed has reconnected more than 5 times within an hour.',
      metric: zeroFilled(reconnects, HOUR, 'reconnects'),
      comparison: GREATER_THAN_THRESHOLD,
      threshold: 5,
      evaluationPeriods: 1,
      missing: NOT_BREACHING,
      missingBecause: 'only a minute with a reconnect sends it',
    },
  ];
}

/** Alarms on what the rating sync says of the ratings that it leaves behind. */
export function ratingAlarms(scope: Construct, settings: Settings): AlarmDefinition[] {
  const { period, evaluationPeriods } = steps(2 * settings.ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES + 10);
  const failed = customMetric(scope, 'rating-sync', 'FailedUploads', { statistic: Stats.MAXIMUM, period });
  return [
    {
      ...onFirst(zeroFilled(failed, period, 'failed uploads')),
      name: 'FailedUploads',
      severity: 'warning',
      says: 'Ratings could not be uploaded.',
      // As long as two rating syncs, so that it stays on while each of them counts some, and tells of it once.
      evaluationPeriods,
      datapointsToAlarm: 1,
      missingBecause: 'only a rating sync that counted some sends it',
    },
  ];
}

/** The alarm on the nightly cleanup: it runs once a day, and is on for one. */
export function cleanupAlarms(scope: Construct): AlarmDefinition[] {
  const failed = customMetric(scope, 'cache-cleanup', 'RunFailure', { statistic: Stats.SUM, period: HOUR });
  return [
    {
      ...onFirst(zeroFilled(failed, HOUR, 'failed cleanups')),
      name: 'CleanupFailing',
      severity: 'warning',
      says: 'The cleanup of the cache failed.',
      evaluationPeriods: DAY_HOURS,
      datapointsToAlarm: 1,
      missingBecause: 'only a cleanup that failed sends it',
    },
  ];
}

/** The alarm on the end of the marketplace's token, however it got into the secret. */
export function tokenAlarms(scope: Construct, settings: Settings): AlarmDefinition[] {
  const { period, evaluationPeriods } = steps(2 * settings.ATOM_SAAS_SYNC_INTERVAL_MINUTES + 10);
  const options = { statistic: Stats.SAMPLE_COUNT, period };
  return [
    {
      ...onFirst(
        zeroFilled(customMetric(scope, 'skill-sync', 'TokenEndsIn', options), period, 'syncs that saw it'),
      ),
      name: 'TokenExpiring',
      severity: 'warning',
      says: `The marketplace token ends within ${TOKEN_ENDS_SOON_DAYS} days, or is in the last quarter of a shorter life, and has not been rotated.`,
      // As long as two syncs, so that it stays on until the token is another one, and tells of it once.
      evaluationPeriods,
      datapointsToAlarm: 1,
      missingBecause: 'only a sync whose token ends soon sends it',
    },
  ];
}

/** Alarms on rotations of the marketplace's token. */
export function rotationAlarms(scope: Construct): AlarmDefinition[] {
  const failed = customMetric(scope, 'token-rotation', 'RotationFailed', {
    statistic: Stats.SUM,
    period: HOUR,
  });
  return [
    {
      ...onFirst(zeroFilled(failed, HOUR, 'failed rotations')),
      name: 'RotationFailed',
      severity: 'warning',
      says: 'The marketplace token could not be rotated.',
      // A day, since Secrets Manager tries again during it: one mail, not one for each try.
      evaluationPeriods: DAY_HOURS,
      datapointsToAlarm: 1,
      missingBecause: 'only a rotation that failed sends it',
    },
  ];
}
