import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { ComparisonOperator, MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type AlarmDefinition, onFirst, steps } from './alarm-definition.ts';
import { customMetric } from './custom-metrics.ts';

const MINUTES = 15;
/** Fewer are no rate. */
const LEAST_ERRORS = 5;
const ERROR_PERCENT = 10;

/** Alarms on the API: that it answers, and that what is changed through it is recorded. */
export function apiAlarms(scope: Construct, api: HttpApi): AlarmDefinition[] {
  return [apiErrors(scope, api), auditRecordsLost(scope)];
}

/** By API Gateway's own count, which has those that never reached the function as well. */
function apiErrors(scope: Construct, api: HttpApi): AlarmDefinition {
  const period = Duration.minutes(MINUTES);
  const options = { statistic: Stats.SUM, period };
  // A health check that says that the sync is unhealthy answers 503, to whoever asks: that is no fault of the API.
  const faults = 'SUM([answers, 0 - unhealthy])';
  return {
    name: 'ApiErrors',
    severity: 'critical',
    says: `At least ${ERROR_PERCENT} % of the answers of the last ${MINUTES} minutes were 5xx: agents are not served.`,
    metric: new MathExpression({
      expression: `IF(${faults} >= ${LEAST_ERRORS}, 100 * ${faults} / FILL(requests, 0), 0)`,
      usingMetrics: {
        answers: api.metricServerError(options),
        unhealthy: customMetric(scope, 'admin-api', 'UnhealthyAnswers', options),
        requests: api.metricCount(options),
      },
      period,
      label: '5xx, %',
    }),
    comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    threshold: ERROR_PERCENT,
    evaluationPeriods: 1,
    missing: TreatMissingData.NOT_BREACHING,
    missingBecause: 'whom nobody asks gives no wrong answer',
  };
}

function auditRecordsLost(scope: Construct): AlarmDefinition {
  const options = { statistic: Stats.SUM, period: steps(5).period };
  return {
    ...onFirst(customMetric(scope, 'admin-api', 'LostAuditRecords', options)),
    name: 'AuditRecordsLost',
    severity: 'warning',
    says: 'Changes made through the API could not be recorded in the audit.',
    missingBecause: 'only a record that was lost sends it',
  };
}
