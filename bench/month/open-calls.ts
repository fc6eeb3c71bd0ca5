import { type CostLine, line } from './cost-line.ts';
import { apiGbSeconds } from './function-month.ts';
import { GB, type MonthInput, SECONDS } from './month-input.ts';

/** The state of a job, read as it is now. Its three calls of GetSchedule cost nothing. */
const READS_PER_CHECK = 1;
/** The API's own line, Lambda's report, and API Gateway's access log. */
export const LOG_BYTES_PER_REQUEST = 1_500;
/** API Gateway's access log alone. */
const ACCESS_LOG_BYTES = 450;

/**
 * What anybody can cause without a token: health checks, as many as pass their throttle, and calls that API Gateway
 * refuses. It charges nothing for those, but each is a line of the access log.
 */
export function openCallLines({ options, stack }: MonthInput): CostLine[] {
  const checks = options.healthPerSecond * SECONDS;
  const refused = options.refusedPerSecond * SECONDS;
  const checkLogs = (checks * LOG_BYTES_PER_REQUEST) / GB;
  const refusedLogs = (refused * ACCESS_LOG_BYTES) / GB;
  return [
    line('Health checks: API Gateway', 'httpApiRequest', checks),
    line('Health checks: Lambda requests', 'lambdaRequest', checks),
    line('Health checks: Lambda', 'lambdaGbSecond', apiGbSeconds(checks, stack)),
    line('Health checks: DynamoDB reads', 'dynamoDbRead', checks * READS_PER_CHECK),
    line('Health checks: X-Ray', 'xrayTrace', stack.traced.has('admin-api') ? checks : 0),
    line('Health checks: logs taken in', 'logIngestion', checkLogs),
    line('Health checks: logs kept', 'logStorage', checkLogs),
    line('Refused calls: access logs taken in', 'logIngestion', refusedLogs),
    line('Refused calls: access logs kept', 'logStorage', refusedLogs),
  ];
}
