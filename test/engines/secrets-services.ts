import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { createSecretVersions } from '#adapters/secrets-manager/secret-versions.ts';
import { startSecretsManager } from '#local/secrets/secrets-manager.ts';
import type { SecretSubject } from '#test/contracts/secret-versions.contract.ts';
import { startMoto } from './moto.ts';

const ACCESS = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
} as const;
const ROLE = 'rotation';
const ROTATES_DAILY = { AutomaticallyAfterDays: 1 };

/** A secret of a service that speaks the protocol of Secrets Manager, and its adapter. */
type ServedSecret = SecretSubject & {
  readonly client: SecretsManagerClient;
  readonly secretId: string;
};

/** A service in which each call makes a new secret; its rotations do nothing by themselves. */
export type SecretsService = { open(text?: string): Promise<ServedSecret>; close(): Promise<void> };

/** The stand-in of the local run. It has nothing that runs a step, so that tests can carry them out. */
export async function startLocalSecrets(): Promise<SecretsService> {
  const folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  const server = await startSecretsManager({
    path: join(folder, 'secrets.json'),
    region: ACCESS.region,
    accountId: '000000000000',
    now: () => new Date(),
  });
  const client = new SecretsManagerClient({ ...ACCESS, endpoint: server.url });
  return serviceOf(client, 'arn:aws:lambda:us-east-1:000000000000:function:rotation', async () => {
    await server.close(0);
    await rm(folder, { recursive: true });
  });
}

/** moto, with a Lambda function that does nothing. Undefined where there is no moto. */
export async function startMotoSecrets(): Promise<SecretsService | undefined> {
  const moto = await startMoto();
  if (moto === undefined) return undefined;
  const client = new SecretsManagerClient({ ...ACCESS, endpoint: moto.url });
  return serviceOf(client, await createIdleFunction(moto.url), moto.close);
}

function serviceOf(
  client: SecretsManagerClient,
  lambdaArn: string,
  stop: () => Promise<void>,
): SecretsService {
  let secrets = 0;
  return {
    open: async (text = 'first') => {
      secrets += 1;
      const name = `secret-${secrets}`;
      const { ARN: secretId = '', VersionId: firstId = '' } = await client.send(
        new CreateSecretCommand({ Name: name, SecretString: text }),
      );
      return {
        client,
        secretId,
        firstId,
        versions: createSecretVersions({ client, secretId }),
        begin: async (ClientRequestToken) => {
          const rotation = { RotationLambdaARN: lambdaArn, RotationRules: ROTATES_DAILY };
          await client.send(new RotateSecretCommand({ SecretId: secretId, ClientRequestToken, ...rotation }));
        },
      };
    },
    close: async () => {
      client.destroy();
      await stop();
    },
  };
}

async function createIdleFunction(url: string): Promise<string> {
  // Without it moto would look for Docker.
  await fetch(`${url}/moto-api/config`, {
    method: 'POST',
    body: JSON.stringify({ lambda: { use_docker: false } }),
  });
  const role = await createRole(url);
  const lambda = new LambdaClient({ ...ACCESS, endpoint: url });
  try {
    const { FunctionArn = '' } = await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'rotation',
        Role: role,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: Buffer.from('nothing') },
      }),
    );
    return FunctionArn;
  } finally {
    lambda.destroy();
  }
}

/** moto wants the function's role to be there. */
async function createRole(url: string): Promise<string> {
  const scope = 'Credential=test/20260101/us-east-1/iam/aws4_request';
  await fetch(url, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` },
    body: new URLSearchParams({
      Action: 'CreateRole',
      Version: '2010-05-08',
      RoleName: ROLE,
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
    }),
  });
  return `arn:aws:iam::123456789012:role/${ROLE}`;
}
