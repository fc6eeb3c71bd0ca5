import { z } from 'zod';
import { PLACE } from '#local/services/place.ts';
import {
  type DeploymentSource,
  parseProperties,
  requireOutput,
  resourcesOf,
} from '#local/template/deployment.ts';
import { type Rotation, secretArn } from './secret-versions.ts';
import type { SecretsManager } from './secrets-manager.ts';

/** Names of the secrets. */
function readSecrets(source: DeploymentSource): string[] {
  return [...resourcesOf(source, 'AWS::SecretsManager::Secret')].map(({ id }) => source.names.name(id));
}

const rotationSchema = z.object({
  SecretId: z.string(),
  RotationLambdaARN: z.string(),
  RotationRules: z.record(z.string(), z.unknown()).optional(),
});

/** How secrets are rotated, by the secret's ARN. */
function readRotations(source: DeploymentSource): Map<string, Rotation> {
  return new Map(
    [...resourcesOf(source, 'AWS::SecretsManager::RotationSchedule')].map(({ id, properties }) => {
      const { SecretId, RotationLambdaARN, RotationRules } = parseProperties(rotationSchema, id, properties);
      return [SecretId, { lambdaArn: RotationLambdaARN, rules: RotationRules }];
    }),
  );
}

/**
 * Puts the marketplace's token where the deployed functions look for it, and sets its rotation up.
 *
 * @param options.always even where the secret's value was rotated since
 */
export function seedToken(
  source: DeploymentSource,
  secrets: SecretsManager,
  token: string,
  options: { readonly always: boolean },
): void {
  const arn = requireOutput(source, 'TokenSecretArn');
  const name = readSecrets(source).find((secret) => secretArn(secret, PLACE.region, PLACE.accountId) === arn);
  if (name === undefined) return;
  secrets.setRotation(name, readRotations(source).get(arn));
  secrets.seed(name, JSON.stringify({ token }), options);
}
