import {
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import type { BundledFunction } from '#lib/constructs/bundled-function.ts';
import type { SyncTable } from '#lib/constructs/sync-table.ts';
import type { UploadQueues } from '#lib/constructs/upload-queues.ts';
import { type AlarmDefinition, MAX_METRICS_IN_ALARM, steps, sumOf, zeroFilled } from './alarm-definition.ts';

const { GREATER_THAN_THRESHOLD } = ComparisonOperator;
const { NOT_BREACHING } = TreatMissingData;
const { period: PERIOD } = steps(5);
/** Longer than five receives with their visibility take: what is older has nobody who takes it. */
const OLDEST_UPLOAD = Duration.minutes(90);

/** The resources that are watched. */
export type ResourceAlarmProps = {
  readonly table: SyncTable;
  readonly queues: UploadQueues;
  readonly functions: readonly BundledFunction[];
  /** Where invocations end that did not happen. */
  readonly missed: IQueue;
};

/** Alarms on what AWS says of the resources. */
export function resourceAlarms({ table, queues, functions, missed }: ResourceAlarmProps): AlarmDefinition[] {
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
    ...inTens(functions).map((some) => ({
      ...anyOf(some.map((fn) => fn.metricErrors(SUM))),
      name: 'FunctionErrors',
      says: 'A function crashed or ran out of time.',
      missingBecause: 'a function that is not invoked reports nothing',
    })),
    ...inTens(functions).map((some) => ({
      ...anyOf(some.map((fn) => fn.metricThrottles(SUM))),
      name: 'Throttles',
      says: "Lambda refused invocations: the account's concurrency is used up.",
      missingBecause: 'a function that is not invoked reports nothing',
    })),
    tableThrottles(table),
  ];
}

const SUM = { statistic: Stats.SUM, period: PERIOD };

/** One alarm for all of them: one cause sends one mail, and each metric costs the same in one alarm or in many. */
function anyOf(metrics: readonly IMetric[]) {
  return {
    severity: 'warning' as const,
    metric: sumOf(metrics, PERIOD, 'all together'),
    comparison: GREATER_THAN_THRESHOLD,
    threshold: 0,
    evaluationPeriods: 1,
    missing: NOT_BREACHING,
  };
}

/** Something waits in the queue, where nothing should. */
export function waiting(queue: IQueue) {
  return {
    ...anyOf([queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: PERIOD })]),
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

/** A write that an index can't take is refused as a whole, and only the index's metric says why. */
function tableThrottles({ table, indexes: names }: SyncTable): AlarmDefinition {
  const indexes = [undefined, ...names];
  const metrics = indexes.flatMap((index) =>
    ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) => dynamoDbMetric(table.tableName, name, index)),
  );
  return {
    ...anyOf([]),
    name: 'TableThrottles',
    says: 'DynamoDB refused reads or writes because they came too fast.',
    metric: zeroFilled(sumOf(metrics, PERIOD, 'throttles'), PERIOD, 'throttles'),
    missingBecause:
      'only throttling sends it; and filled with zeros, since alarms on DynamoDB otherwise keep their state',
  };
}

/** A metric of the table, or of one of its indexes, which are counted apart. */
export function dynamoDbMetric(tableName: string, metricName: string, index?: string): Metric {
  return new Metric({
    namespace: 'AWS/DynamoDB',
    metricName,
    dimensionsMap: { TableName: tableName, ...(index && { GlobalSecondaryIndexName: index }) },
    ...SUM,
  });
}

function inTens<T>(all: readonly T[]): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < all.length; start += MAX_METRICS_IN_ALARM) {
    chunks.push(all.slice(start, start + MAX_METRICS_IN_ALARM));
  }
  return chunks;
}
