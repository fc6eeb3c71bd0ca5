import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { BundledFunction } from '#lib/constructs/bundled-function.ts';
import { metricsNamespace } from './custom-metrics.ts';

const NAME = 'FunctionErrors';

/** Lambda's own line at the end of an invocation that crashed, was killed or ran out of time. */
const FAILED_INVOCATION = FilterPattern.literal(
  '{ ($.type = "platform.report") && (($.record.status = "error") || ($.record.status = "failure") || ($.record.status = "timeout")) }',
);

/**
 * The invocations of all functions that failed, counted in their logs: one metric, which is not there and costs nothing
 * while none fails. Lambda's own are one for each function, and an alarm is billed for each metric that it reads.
 */
export function functionErrors(
  scope: Construct,
  functions: readonly BundledFunction[],
  period: Duration,
): Metric {
  const metric = { metricNamespace: metricsNamespace(scope), metricName: NAME };
  for (const fn of functions) {
    new MetricFilter(scope, `${NAME}-${fn.service}`, {
      ...metric,
      logGroup: fn.logGroup,
      filterPattern: FAILED_INVOCATION,
      metricValue: '1',
    });
  }
  return new Metric({
    namespace: metric.metricNamespace,
    metricName: NAME,
    statistic: Stats.SUM,
    period,
  });
}
