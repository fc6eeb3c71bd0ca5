import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { ComparisonOperator, MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type AlarmDefinition, onFirst, steps, zeroFilled } from './alarm-definition.ts';
import { customMetric } from './custom-metrics.ts';

/** Fewer faults in five minutes are no rate. */
const FEW_FAULTS = 3;
/** So many are one too many, however many calls went well: health checks, which anybody may send, must not hide them. */
const MANY_FAULTS = 8;
const FAULT_PERCENT = 10;

/** Alarms on the API: that it answers, and that what is changed through it is recorded. */
export function apiAlarms(scope: Construct, api: HttpApi): AlarmDefinition[] {
  return [apiErrors(scope, api), auditRecordsLost(scope)];
}

/**
 * By API Gateway's own count, which has those that never reached the function as well. Two of three periods, since the two
 * counts come by different ways: one that is a minute late makes a fault of an unhealthy answer, in one period at most.
 */
function apiErrors(scope: Construct, api: HttpApi): AlarmDefinition {
  const { period, evaluationPeriods } = steps(15);
  const options = { statistic: Stats.SUM, period };
  // A health check that says that the sync is unhealthy answers 503, to whoever asks: that is no fault of the API.
  const faults = 'SUM([answers, 0 - unhealthy])';
  const rate = `IF(${faults} >= ${FEW_FAULTS}, 100 * ${faults} / FILL(requests, 0), 0)`;
  return {
    name: 'ApiErrors',
    severity: 'critical',
    says:
      `For ten of the last 15 minutes ${FAULT_PERCENT} % of the API's answers, or ${MANY_FAULTS} in five minutes, were 5xx: ` +
      'agents are not served.',
    metric: new MathExpression({
      expression: `FILL(IF(${faults} >= ${MANY_FAULTS}, 100, ${rate}), 0)`,
      usingMetrics: {
        answers: api.metricServerError(options),
        unhealthy: customMetric(scope, 'admin-api', 'UnhealthyAnswers', options),
        requests: api.metricCount(options),
      },
      period,
      label: '5xx, %',
    }),
    comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    threshold: FAULT_PERCENT,
    evaluationPeriods,
    datapointsToAlarm: 2,
    missing: TreatMissingData.NOT_BREACHING,
    missingBecause: 'whom nobody asks gives no wrong answer',
  };
}

function auditRecordsLost(scope: Construct): AlarmDefinition {
  const { period } = steps(5);
  const lost = customMetric(scope, 'admin-api', 'LostAuditRecords', { statistic: Stats.SUM, period });
  return {
    ...onFirst(zeroFilled(lost, period, 'lost records')),
    name: 'AuditRecordsLost',
    severity: 'warning',
    says: 'Changes made through the API could not be recorded in the audit.',
    missingBecause: 'only a record that was lost sends it',
  };
}
