import {
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';

/** `critical` may wake somebody and says when it is over; `warning` is read in the morning; `none` only feeds another alarm. */
export type Severity = 'critical' | 'warning' | 'none';

/** An alarm as data: everything that decides about it, and why. */
export type AlarmDefinition = {
  /** Its heading in the runbook. */
  readonly name: string;
  readonly severity: Severity;
  /** What is the matter when it goes off, in one sentence. */
  readonly says: string;
  readonly metric: IMetric;
  readonly comparison: ComparisonOperator;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  /**
   * @default evaluationPeriods
   */
  readonly datapointsToAlarm?: number;
  readonly missing: TreatMissingData;
  /** Why missing data is treated so, in one sentence. */
  readonly missingBecause: string;
  /**
   * Set where silence is the alarm, which a new stack has as well: nobody is told before a skill sync has succeeded once.
   * @default - it tells from the first minute
   */
  readonly onceSetUp?: true;
};

/** Short enough for an answer on time, and the same everywhere, so that windows are counted in them. */
const STEP = Duration.minutes(5);
const STEP_MINUTES = STEP.toMinutes();

/** The period and the number of periods that make up so many minutes, rounded up to full steps. */
export function steps(minutes: number): { readonly period: Duration; readonly evaluationPeriods: number } {
  return { period: STEP, evaluationPeriods: Math.ceil(minutes / STEP_MINUTES) };
}

/**
 * The metric with 0 where it has no data.
 *
 * An alarm looks further back than its evaluation periods when data is missing, and takes old values for new ones:
 * a last success would count for longer than the window says. With the gaps filled nothing is missing.
 */
export function zeroFilled(metric: IMetric, period: Duration, label: string): MathExpression {
  return new MathExpression({ expression: 'FILL(value, 0)', usingMetrics: { value: metric }, period, label });
}

/** What an alarm says of a metric that is only sent when something went wrong: it goes off at the first. */
export function onFirst(metric: IMetric) {
  return {
    metric,
    comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    threshold: 1,
    evaluationPeriods: 1,
    missing: TreatMissingData.NOT_BREACHING,
  } satisfies Partial<AlarmDefinition>;
}

/** The sum of up to ten metrics, as many as metric math reads in an alarm; where one has no data it counts as 0. */
export function sumOf(metrics: readonly IMetric[], period: Duration, label: string): IMetric {
  const [only, ...others] = metrics;
  if (only !== undefined && others.length === 0) return only;
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  return new MathExpression({
    expression: `SUM([${Object.keys(usingMetrics).join(', ')}])`,
    usingMetrics,
    period,
    label,
  });
}

/** How many metrics an alarm on it is billed for. */
export function metricsIn(metric: IMetric): number {
  if (!(metric instanceof MathExpression)) return 1;
  return Object.values(metric.usingMetrics).reduce((sum, inner) => sum + metricsIn(inner), 0);
}
