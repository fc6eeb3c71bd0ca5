import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';
import { metricsIn, steps, sumOf, zeroFilled } from '#lib/constructs/monitoring/alarm-definition.ts';

const PERIOD = Duration.minutes(5);
const metric = (metricName: string): IMetric => new Metric({ namespace: 'Test', metricName });

describe('Function: steps', () => {
  it.each([
    [5, 1],
    [6, 2],
    [60, 12],
  ])('covers %i minutes with %i periods', (minutes, periods) => {
    const { period, evaluationPeriods } = steps(minutes);
    expect([period.toMinutes(), evaluationPeriods]).toEqual([5, periods]);
  });
});

describe('Function: sumOf', () => {
  it('leaves one metric as it is, and adds several', () => {
    const only = metric('a');
    expect(sumOf([only], PERIOD, 'sum')).toBe(only);
    const sum = sumOf([metric('a'), metric('b')], PERIOD, 'sum') as MathExpression;
    expect(sum.expression).toBe('SUM([m0, m1])');
  });
});

describe('Function: metricsIn', () => {
  it('counts what an alarm on it reads, however deep', () => {
    const sum = sumOf([metric('a'), metric('b'), metric('c')], PERIOD, 'sum');
    const alone = zeroFilled(metric('a'), PERIOD, 'filled');
    expect(alone).toBeInstanceOf(MathExpression);
    expect([metric('a'), alone, sum, zeroFilled(sum, PERIOD, 'filled')].map(metricsIn)).toEqual([1, 1, 3, 3]);
  });
});
