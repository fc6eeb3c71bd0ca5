import { type FromEnvInit, fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in a Lambda function's bundle for `@aws-sdk/credential-provider-node`, the SDK's chain of eight ways to come
 * by credentials. Lambda hands them over in the environment, always; the other ways are 120 KB that every cold start
 * would read in vain (see decision 27). The name is the SDK's.
 */
export function defaultProvider(init?: FromEnvInit): ReturnType<typeof fromEnv> {
  return fromEnv(init);
}
