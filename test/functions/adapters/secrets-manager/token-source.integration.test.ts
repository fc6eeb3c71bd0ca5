import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, it } from 'vitest';
import { createTokenSource } from '#adapters/secrets-manager/token-source.ts';
import { SecretUnavailableError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { startSecretsManager } from '#local/secrets/secrets-manager.ts';

const SECRET_ID = 'atom-sync/marketplace-token';
const ignore = () => undefined;
const log: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function create() {
  const folder = await mkdtemp(join(tmpdir(), 'token-source-'));
  closers.push(() => rm(folder, { recursive: true }));
  const server = await startSecretsManager({
    path: join(folder, 'secrets.json'),
    region: 'us-east-1',
    accountId: '123456789012',
    now: () => new Date(),
  });
  closers.push(() => server.close(0));
  const client = new SecretsManagerClient({
    region: 'us-east-1',
    endpoint: server.url,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  closers.push(async () => client.destroy());
  return { client, token: createTokenSource({ client, secretId: SECRET_ID, now: Date.now, log }) };
}

it('reads what is stored, keeps it, and sees a rotation when it is asked to', async () => {
  const { client, token } = await create();
  await client.send(new CreateSecretCommand({ Name: SECRET_ID, SecretString: '{"token":"first"}' }));
  expect(await token()).toBe('first');

  await client.send(new PutSecretValueCommand({ SecretId: SECRET_ID, SecretString: 'second' }));

  expect(await token()).toBe('first');
  expect(await token({ renew: true })).toBe('second');
  expect(await token()).toBe('second');
});

it('cannot read a secret that has no value or does not exist, and reads it once it has one', async () => {
  const { client, token } = await create();
  const missing = await token().catch((error: unknown) => error);
  await client.send(new CreateSecretCommand({ Name: SECRET_ID }));
  const empty = await token().catch((error: unknown) => error);

  for (const error of [missing, empty]) {
    expect(error).toBeInstanceOf(SecretUnavailableError);
    expect((error as Error).message).toContain('(ResourceNotFoundException)');
  }
  await client.send(new PutSecretValueCommand({ SecretId: SECRET_ID, SecretString: '{"token":"there"}' }));
  expect(await token()).toBe('there');
});
