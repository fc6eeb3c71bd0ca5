import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { errorName } from '#core/errors.ts';
import {
  SecretStoreError,
  type SecretVersions,
  VersionTakenError,
} from '#core/marketplace/rotation-ports.ts';

export type SecretVersionsDeps = {
  readonly client: SecretsManagerClient;
  /** Name or ARN of the secret. */
  readonly secretId: string;
};

/**
 * Makes the port that rotates a secret's versions in Secrets Manager.
 *
 * @example const versions = createSecretVersions({ client: new SecretsManagerClient(), secretId: env.TOKEN_SECRET_ID });
 */
export function createSecretVersions({ client, secretId: SecretId }: SecretVersionsDeps): SecretVersions {
  return {
    describe: () =>
      reaching('described', async () => {
        const secret = await client.send(new DescribeSecretCommand({ SecretId }));
        const labelled = Object.entries(secret.VersionIdsToStages ?? {}).filter(([, on]) => on.length > 0);
        return { rotationEnabled: secret.RotationEnabled ?? false, labels: new Map(labelled) };
      }),
    read: (VersionId) => reaching('read', () => readVersion(client, SecretId, VersionId)),
    putPending: (versionId, text) =>
      reaching('written', async () => {
        await client.send(
          new PutSecretValueCommand({
            SecretId,
            ClientRequestToken: versionId,
            SecretString: text,
            VersionStages: ['AWSPENDING'],
          }),
        );
      }),
    makeCurrent: (versionId, currentId) =>
      reaching('changed', async () => {
        const move = { MoveToVersionId: versionId, RemoveFromVersionId: currentId };
        await client.send(
          new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'AWSCURRENT', ...move }),
        );
      }),
    dropPending: (versionId) =>
      reaching('changed', async () => {
        await client.send(
          new UpdateSecretVersionStageCommand({
            SecretId,
            VersionStage: 'AWSPENDING',
            RemoveFromVersionId: versionId,
          }),
        );
      }),
  };
}

async function readVersion(
  client: SecretsManagerClient,
  SecretId: string,
  VersionId: string,
): Promise<string | undefined> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId, VersionId }));
    return SecretString;
  } catch (error) {
    if (errorName(error) === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** Takes over no more than the error's name: the rest may quote what was sent. */
async function reaching<T>(done: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const name = errorName(error);
    if (name === 'ResourceExistsException') {
      throw new VersionTakenError('The version of the secret has another value already.');
    }
    throw new SecretStoreError(`The secret with the marketplace token can't be ${done} (${name}).`);
  }
}
