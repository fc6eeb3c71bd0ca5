import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { publishFailedRotation } from '#adapters/cloudwatch/rotation-metrics.ts';
import { createRequestWindow } from '#adapters/dynamodb/marketplace/request-window.ts';
import { createDocumentClient } from '#adapters/dynamodb/table/client.ts';
import { openFunction } from '#adapters/lambda/lambda-function.ts';
import { createProcessLimiter, warnUnflushed } from '#adapters/marketplace/shared-limiter.ts';
import { createTokenEndpoints } from '#adapters/marketplace/tokens.ts';
import { createSecretVersions } from '#adapters/secrets-manager/secret-versions.ts';
import { parseEnvironment } from '#core/environment.ts';
import { marketplaceOptions } from '#core/function-variables.ts';
import { envSchema, LIMITS, rotationOptions, TABLE_CLIENT_LIMITS } from './config.ts';
import { carryOutStep } from './rotation-step.ts';

const env = parseEnvironment(envSchema, process.env);
const { log, clock, metrics, handle } = openFunction('token-rotation');
const table = { client: createDocumentClient(TABLE_CLIENT_LIMITS), name: env.TABLE_NAME, log };
const window = createRequestWindow(table);
const limiter = createProcessLimiter({ ...clock, window, limits: LIMITS, withoutTable: log });
const tokens = createTokenEndpoints({ ...marketplaceOptions(env), ...clock, log, limiter, fetch });
const secretId = env.TOKEN_SECRET_ID;
const versions = createSecretVersions({ client: new SecretsManagerClient(), secretId });
const reportFailure = () => publishFailedRotation(metrics);
const deps = { ...clock, ...rotationOptions(env), log, versions, tokens, secretId, reportFailure };

/** Carries out one step of a rotation for Secrets Manager; what it throws fails the step. */
export const handler = handle(async (event: unknown): Promise<void> => {
  try {
    await carryOutStep(deps, event);
  } finally {
    await limiter.flush().catch(warnUnflushed(log));
  }
});
