import { findVersion, type Secret } from './secret-versions.ts';

/** What `GetSecretValue` answers. */
export function getSecretValue(
  secret: Secret,
  input: { VersionId?: string; VersionStage?: string },
): unknown {
  const { versionId, version } = findVersion(secret, {
    versionId: input.VersionId,
    stage: input.VersionStage,
  });
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: versionId,
    VersionStages: version.stages,
    CreatedDate: version.createdAt,
    SecretString: version.secretString,
    SecretBinary: version.secretBinary,
  };
}

/** What `DescribeSecret` answers: the versions with a label, those that have no value yet too. */
export function describeSecret(secret: Secret): unknown {
  const labelled = Object.entries(secret.versions).filter(([, version]) => version.stages.length > 0);
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    CreatedDate: secret.createdAt,
    LastChangedDate: secret.changedAt,
    LastRotatedDate: secret.rotatedAt,
    RotationEnabled: secret.rotation && true,
    RotationLambdaARN: secret.rotation?.lambdaArn,
    RotationRules: secret.rotation?.rules,
    VersionIdsToStages: Object.fromEntries(labelled.map(([id, version]) => [id, version.stages])),
  };
}

/** What `ListSecretVersionIds` answers. */
export function listVersions(secret: Secret, includeDeprecated: boolean): unknown {
  const shown = Object.entries(secret.versions).filter(
    ([, version]) => includeDeprecated || version.stages.length > 0,
  );
  return {
    ARN: secret.arn,
    Name: secret.name,
    Versions: shown.map(([id, version]) => ({
      VersionId: id,
      VersionStages: version.stages,
      CreatedDate: version.createdAt,
    })),
  };
}
