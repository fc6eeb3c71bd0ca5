import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { type IMetric, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { BundledFunction } from '#lib/constructs/bundled-function.ts';
import type { SyncTable } from '#lib/constructs/sync-table.ts';
import { fargatePrices, PRICES, type Price } from '#lib/prices.ts';
import { customMetric } from './custom-metrics.ts';
import { dynamoDbMetric } from './resource-alarms.ts';

/** What the feed's task is given; a task is billed for it by the second, busy or not. */
export type FeedTaskSize = {
  readonly vcpu: number;
  readonly memoryGb: number;
};

/** The feed's task as those see it that watch it. */
export type FeedTask = FeedTaskSize & {
  readonly isArm: boolean;
  readonly isSpot: boolean;
  readonly logGroup: ILogGroup;
};

/** What the estimate of the cost reads. */
export type CostProps = {
  readonly table: SyncTable;
  readonly api: HttpApi;
  readonly functions: readonly BundledFunction[];
  /**
   * @default - there is no feed
   */
  readonly feed?: FeedTask;
};

const DAY = Duration.days(1);
const DAILY_SUM = { statistic: Stats.SUM, period: DAY };
const DAILY_COUNT = { statistic: Stats.SAMPLE_COUNT, period: DAY };

/** What goes with use, in US dollars a day, by service: metered quantities at list prices. */
export function costMetrics(scope: Construct, { table, api, functions, feed }: CostProps): IMetric[] {
  return [
    dynamoDb(table),
    lambda(functions),
    httpApi(api),
    ...(feed === undefined ? [] : [fargate(scope, feed)]),
  ];
}

/** Indexes are billed like the table, and counted apart from it. */
function dynamoDb({ table, indexes: names }: SyncTable): IMetric {
  const indexes = [undefined, ...names];
  const units = (name: string) =>
    indexes.map((index) => dynamoDbMetric(table.tableName, name, index).with(DAILY_SUM));
  const writes = named('w', units('ConsumedWriteCapacityUnits'));
  const reads = named('r', units('ConsumedReadCapacityUnits'));
  return dollars(
    'DynamoDB',
    `${sum(writes)} * ${usd(PRICES.dynamoDbWrite)} + ${sum(reads)} * ${usd(PRICES.dynamoDbRead)}`,
    { ...writes, ...reads },
  );
}

/** The samples of a function's duration are its invocations. */
function lambda(functions: readonly BundledFunction[]): IMetric {
  const durations = named(
    'd',
    functions.map((fn) => fn.metricDuration(DAILY_SUM)),
  );
  const invocations = named(
    'n',
    functions.map((fn) => fn.metricDuration(DAILY_COUNT)),
  );
  const gbSeconds = functions.map((fn, index) => `d${index} / 1000 * ${fn.memorySizeMb / 1024}`);
  return dollars(
    'Lambda',
    `(${gbSeconds.join(' + ')}) * ${usd(PRICES.lambdaGbSecond)} + ${sum(invocations)} * ${usd(PRICES.lambdaRequest)}`,
    { ...durations, ...invocations },
  );
}

function httpApi(api: HttpApi): IMetric {
  return dollars('API', `a0 * ${usd(PRICES.httpApiRequest)}`, { a0: api.metricCount(DAILY_SUM) });
}

/** The feed says once a minute that it is there: its samples are the minutes to pay for. */
function fargate(scope: Construct, { vcpu, memoryGb, isArm, isSpot }: FeedTask): IMetric {
  const { vcpuHour, gbHour } = fargatePrices(isArm, isSpot);
  const hourly = vcpu * PRICES[vcpuHour].usd + memoryGb * PRICES[gbHour].usd + PRICES.publicIpv4Hour.usd;
  return dollars('Feed', `f0 / 60 * ${hourly.toFixed(6)}`, {
    f0: customMetric(scope, 'realtime-feed', 'FeedConnected', DAILY_COUNT),
  });
}

function dollars(label: string, expression: string, usingMetrics: Record<string, IMetric>): IMetric {
  return new MathExpression({ label, expression, usingMetrics, period: DAY });
}

function named(prefix: string, metrics: readonly IMetric[]): Record<string, IMetric> {
  return Object.fromEntries(metrics.map((metric, index) => [`${prefix}${index}`, metric]));
}

function sum(metrics: Record<string, IMetric>): string {
  return `SUM([${Object.keys(metrics).join(', ')}])`;
}

/** In plain digits: metric math takes the `e` of 2e-7 for a metric. */
function usd(price: Price): string {
  return price.usd.toFixed(12).replace(/0+$/, '');
}
