import { type AwsAccess, awsEnvironment } from '#local/services/aws-environment.ts';
import type { Session } from '#local/services/session-file.ts';
import type { FunctionDefinition } from './function-definition.ts';

/**
 * The environment of a function here: the template's own, what Lambda adds, and the endpoints of the embedded
 * services, which the SDK reads by itself.
 */
export function functionEnvironment(
  definition: FunctionDefinition,
  endpoints: Session['endpoints'],
  access: AwsAccess,
): Record<string, string> {
  return {
    ...definition.environment,
    ...awsEnvironment(endpoints, access),
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    LAMBDA_TASK_ROOT: definition.codeDir,
    TZ: ':UTC',
    // There is no X-Ray daemon: traces would only be errors.
    AWS_XRAY_CONTEXT_MISSING: 'IGNORE_ERROR',
    POWERTOOLS_TRACE_ENABLED: 'false',
  };
}
