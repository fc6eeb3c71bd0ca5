import { ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { HIGH_RATE_LIMIT_USE } from '#core/alarm-thresholds.ts';
import type { BundledFunction } from '#lib/constructs/bundled-function.ts';
import type { UploadQueues } from '#lib/constructs/upload-queues.ts';
import { type AlarmDefinition, onFirst, steps, sumOf, zeroFilled } from './alarm-definition.ts';
import { customMetric } from './custom-metrics.ts';
import { functionErrors } from './function-errors.ts';

const { GREATER_THAN_THRESHOLD } = ComparisonOperator;
const { NOT_BREACHING } = TreatMissingData;
const { period: PERIOD } = steps(5);
/** Longer than five receives with their visibility take: what is older has nobody who takes it. */
const OLDEST_UPLOAD = Duration.minutes(90);
/** The concurrency is the account's, so that all of its functions run short at once: these are invoked most often. */
const SHOW_THROTTLES: readonly string[] = ['admin-api', 'skill-sync'];

/** The resources that are watched. */
export type ResourceAlarmProps = {
  readonly queues: UploadQueues;
  readonly functions: readonly BundledFunction[];
  /** Where invocations end that did not happen. */
  readonly missed: IQueue;
};

/** Alarms on what AWS says of the resources, or on what we meet with at them. */
export function resourceAlarms(
  scope: Construct,
  { queues, functions, missed }: ResourceAlarmProps,
): AlarmDefinition[] {
  return [
    {
      ...waiting(queues.deadLetters),
      name: 'DeadLetters',
      says: 'Uploads of ratings were given up on after five tries.',
    },
    uploadQueueAge(queues),
    {
      ...waiting(missed),
      name: 'ScheduleDeadLetters',
      says: 'Invocations could not be delivered, or failed three times: a scheduled run did not happen.',
    },
    {
      ...onFirst(zeroFilled(functionErrors(scope, functions, PERIOD), PERIOD, 'failed invocations')),
      name: 'FunctionErrors',
      severity: 'warning',
      says: 'A function crashed or ran out of time.',
      missingBecause: 'only an invocation that failed leaves it in the log',
    },
    throttles(functions),
    tableThrottles(scope),
    rateLimitHigh(scope),
  ];
}

/** Something waits in the queue, where nothing should. */
export function waiting(queue: IQueue) {
  return {
    severity: 'warning' as const,
    metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: PERIOD }),
    comparison: GREATER_THAN_THRESHOLD,
    threshold: 0,
    evaluationPeriods: 1,
    missing: NOT_BREACHING,
    missingBecause: 'SQS reports nothing on a queue that has been empty and unused for hours',
  };
}

function uploadQueueAge({ uploads }: UploadQueues): AlarmDefinition {
  return {
    name: 'UploadQueueAge',
    severity: 'warning',
    says: `A rating has waited for its upload for more than ${OLDEST_UPLOAD.toMinutes()} minutes.`,
    metric: uploads.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: PERIOD }),
    comparison: GREATER_THAN_THRESHOLD,
    threshold: OLDEST_UPLOAD.toSeconds(),
    evaluationPeriods: 1,
    missing: NOT_BREACHING,
    missingBecause: 'SQS reports nothing on a queue that has been empty and unused for hours',
  };
}

function throttles(functions: readonly BundledFunction[]): AlarmDefinition {
  const shown = functions.filter(({ service }) => SHOW_THROTTLES.includes(service));
  const metrics = shown.map((fn) => fn.metricThrottles({ statistic: Stats.SUM, period: PERIOD }));
  return {
    ...onFirst(zeroFilled(sumOf(metrics, PERIOD, 'throttles'), PERIOD, 'refused invocations')),
    name: 'Throttles',
    severity: 'warning',
    says: "Lambda refused invocations: the account's concurrency is used up.",
    missingBecause: 'a function that is not invoked reports nothing',
  };
}

/** As our own calls met with them: DynamoDB has two metrics for the table and two for each of its indexes. */
function tableThrottles(scope: Construct): AlarmDefinition {
  const refused = customMetric(scope, 'any', 'TableThrottles', { statistic: Stats.SUM, period: PERIOD });
  return {
    ...onFirst(zeroFilled(refused, PERIOD, 'refused calls')),
    name: 'TableThrottles',
    severity: 'warning',
    says: 'DynamoDB refused reads or writes because they came too fast.',
    missingBecause: 'only a call that was refused sends it',
  };
}

/** A catalogue of many pages needs most of a minute's requests at each sync; a lasting use leaves none to the ratings. */
function rateLimitHigh(scope: Construct): AlarmDefinition {
  const { period, evaluationPeriods } = steps(30);
  const high = customMetric(scope, 'any', 'RateLimitUse', { statistic: Stats.SAMPLE_COUNT, period });
  return {
    ...onFirst(zeroFilled(high, period, 'minutes of high use')),
    name: 'RateLimitHigh',
    severity: 'warning',
    says: `For most of half an hour at least ${HIGH_RATE_LIMIT_USE} % of the marketplace's requests a minute are in use.`,
    evaluationPeriods,
    datapointsToAlarm: 4,
    missingBecause: 'only a high use sends it',
  };
}

/** A metric of the table, or of one of its indexes, which are counted apart. */
export function dynamoDbMetric(tableName: string, metricName: string, index?: string): Metric {
  return new Metric({
    namespace: 'AWS/DynamoDB',
    metricName,
    dimensionsMap: { TableName: tableName, ...(index && { GlobalSecondaryIndexName: index }) },
    statistic: Stats.SUM,
    period: PERIOD,
  });
}
