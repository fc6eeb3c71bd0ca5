import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { dimensionsOf, type MetricOf, type Service } from './emitted-metrics.ts';

/** One namespace for each stack, or two stacks in one account would hide each other's silence. */
export function metricsNamespace(scope: Construct): string {
  return `AtomSync/${Stack.of(scope).stackName}`;
}

/**
 * A metric that the service emits.
 *
 * @example customMetric(this, 'skill-sync', 'RunDuration', { statistic: Stats.p(95) })
 */
export function customMetric<S extends Service>(
  scope: Construct,
  service: S,
  metricName: MetricOf<S>,
  options: MetricOptions = {},
): Metric {
  return new Metric({
    ...options,
    namespace: metricsNamespace(scope),
    metricName,
    dimensionsMap: dimensionsOf(service, metricName),
  });
}
