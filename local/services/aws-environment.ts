import type { AccessKey } from '#local/guard/aws-signature.ts';
import type { Session } from './session-file.ts';

/** As whom the SDK calls, and where. */
export type AwsAccess = AccessKey & { readonly region: string };

/** What the SDK reads by itself: who calls, and the endpoints of the embedded services. */
export function awsEnvironment(
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
