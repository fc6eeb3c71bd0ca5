import type { AccessKey } from '#local/guard/aws-signature.ts';
import type { Session } from '#local/services/session-file.ts';
import type { FunctionDefinition } from './function-definition.ts';

/** As whom the SDK calls, and where. */
export type AwsAccess = AccessKey & { readonly region: string };

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

/** The same of a task's container, to which ECS adds its name and the Dockerfile the rest. */
export function taskEnvironment(
  environment: Readonly<Record<string, string>>,
  endpoints: Session['endpoints'],
  access: AwsAccess,
): Record<string, string> {
  return {
    ...environment,
    ...awsEnvironment(endpoints, access),
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    NODE_ENV: 'production',
    TZ: ':UTC',
  };
}

function awsEnvironment(
  endpoints: Session['endpoints'],
  { region, accessKeyId, secretAccessKey }: AwsAccess,
): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsmanager,
    AWS_ENDPOINT_URL_LAMBDA: endpoints.lambda,
    AWS_ENDPOINT_URL_SCHEDULER: endpoints.scheduler,
  };
}
