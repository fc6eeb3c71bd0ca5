import { ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type AlarmDefinition, onFirst, steps, sumOf, zeroFilled } from './alarm-definition.ts';
import { customMetric } from './custom-metrics.ts';

const { LESS_THAN_THRESHOLD, GREATER_THAN_THRESHOLD } = ComparisonOperator;
const { BREACHING, NOT_BREACHING, IGNORE } = TreatMissingData;
const MINUTE = Duration.minutes(1);
const HOUR = Duration.hours(1);

/** Alarms on what the real-time feed says of itself, once a minute. */
export function feedAlarms(scope: Construct): AlarmDefinition[] {
  const options = { statistic: Stats.MAXIMUM, period: MINUTE };
  const connected = customMetric(scope, 'realtime-feed', 'FeedConnected', options);
  // Nobody is woken for what an operator has switched off.
  const disabled = customMetric(scope, 'realtime-feed', 'FeedDisabled', options);
  return [
    {
      name: 'WebSocketDisconnected',
      severity: 'critical',
      says: 'The real-time feed has been without its connection for 10 minutes.',
      metric: zeroFilled(
        sumOf([connected, disabled], MINUTE, 'as wanted'),
        MINUTE,
        'connected, or switched off',
      ),
      comparison: LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 10,
      missing: BREACHING,
      missingBecause: 'the task sends it once a minute; one that says nothing is gone',
      // By then a sync has found out whether the marketplace as a whole is away.
      marketplaceWait: Duration.minutes(10),
    },
    {
      name: 'FeedFlapping',
      severity: 'warning',
      says: 'The real-time feed has reconnected more than 5 times within an hour.',
      metric: customMetric(scope, 'realtime-feed', 'FeedReconnects', { statistic: Stats.SUM, period: HOUR }),
      comparison: GREATER_THAN_THRESHOLD,
      threshold: 5,
      evaluationPeriods: 1,
      missing: NOT_BREACHING,
      missingBecause: 'a feed that says nothing does not reconnect; WebSocketDisconnected tells of it',
    },
  ];
}

/** Alarms on what the rating sync says of the ratings that it leaves behind. */
export function ratingAlarms(scope: Construct): AlarmDefinition[] {
  return [
    {
      name: 'FailedUploads',
      severity: 'warning',
      says: 'Ratings could not be uploaded.',
      metric: customMetric(scope, 'rating-sync', 'FailedUploads', {
        statistic: Stats.MAXIMUM,
        period: steps(5).period,
      }),
      comparison: GREATER_THAN_THRESHOLD,
      threshold: 0,
      evaluationPeriods: 1,
      missing: IGNORE,
      missingBecause: 'they are counted by each rating sync, and are as they were until the next one',
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
      evaluationPeriods: 24,
      datapointsToAlarm: 1,
      missingBecause: 'only a rotation that failed sends it',
    },
  ];
}

/** Alarms on the audit of what is changed through the API. */
export function auditAlarms(scope: Construct): AlarmDefinition[] {
  const options = { statistic: Stats.SUM, period: steps(5).period };
  return [
    {
      ...onFirst(customMetric(scope, 'admin-api', 'LostAuditRecords', options)),
      name: 'AuditRecordsLost',
      severity: 'warning',
      says: 'Changes made through the API could not be recorded in the audit.',
      missingBecause: 'only a record that was lost sends it',
    },
  ];
}
