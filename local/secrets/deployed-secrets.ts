import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { PLACE } from '#local/services/place.ts';
import {
  type DeploymentSource,
  findOutput,
  parseProperties,
  resourcesOf,
} from '#local/template/deployment.ts';
import { type Rotation, secretArn } from './secret-versions.ts';
import type { SecretsManager } from './secrets-manager.ts';

/** A value that whoever deploys would put into a secret by hand. */
export type GivenSecret = {
  /** The stack's output with the secret's ARN; a stack without it has no such secret. */
  readonly output: string;
  readonly value: Readonly<Record<string, string>>;
  /** Even where the secret's value was changed since. */
  readonly always?: boolean;
};

const secretSchema = z.object({
  GenerateSecretString: z
    .object({ SecretStringTemplate: z.string(), GenerateStringKey: z.string() })
    .optional(),
});

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
 * Makes the template's secrets with the values that they are given, or generated ones, and sets their rotation up.
 */
export function makeSecrets(
  source: DeploymentSource,
  secrets: SecretsManager,
  given: readonly GivenSecret[],
): void {
  const rotations = readRotations(source);
  const givenFor = new Map(given.map((secret) => [findOutput(source, secret.output), secret]));
  for (const { id, properties } of resourcesOf(source, 'AWS::SecretsManager::Secret')) {
    const name = source.names.name(id);
    const arn = secretArn(name, PLACE.region, PLACE.accountId);
    secrets.setRotation(name, rotations.get(arn));
    const known = givenFor.get(arn);
    if (known) {
      secrets.seed(name, JSON.stringify(known.value), { always: known.always ?? false });
      continue;
    }
    const { GenerateSecretString: rule } = parseProperties(secretSchema, id, properties);
    if (rule) secrets.generate(name, () => generated(rule));
  }
}

/** What AWS makes by `GenerateSecretString`: the template with a random value under one more key. */
function generated(rule: {
  readonly SecretStringTemplate: string;
  readonly GenerateStringKey: string;
}): string {
  const template = z.record(z.string(), z.unknown()).parse(JSON.parse(rule.SecretStringTemplate));
  return JSON.stringify({ ...template, [rule.GenerateStringKey]: randomBytes(32).toString('base64url') });
}
