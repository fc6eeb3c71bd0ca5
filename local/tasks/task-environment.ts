import { type AwsAccess, awsEnvironment } from '#local/services/aws-environment.ts';
import type { Session } from '#local/services/session-file.ts';

/** The environment of a task's container here, to which ECS adds its name and the Dockerfile the rest. */
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
