import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSecretsManager } from '#local/secrets/secrets-manager.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

const TOKEN_A = 'a'.repeat(32);
const TOKEN_B = 'b'.repeat(32);

async function start(path = join(temporaryDirectory(), 'secrets.json')) {
  const place = { region: 'us-east-1', accountId: '000000000000' };
  const server = await startSecretsManager({ path, ...place, now: () => new Date() });
  onTestFinished(() => server.close());
  const client = new SecretsManagerClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  return { server, client, path };
}

const get = (client: SecretsManagerClient, VersionStage?: string) =>
  client.send(new GetSecretValueCommand({ SecretId: 'token', VersionStage }));

describe('Secrets Manager stand-in', () => {
  it('gives back what was seeded, by name and by ARN', async () => {
    // Prepare
    const { server, client } = await start();
    server.seed('token', '{"token":"t-1"}');

    // Act
    const byName = await get(client);
    const byArn = await client.send(new GetSecretValueCommand({ SecretId: byName.ARN }));

    // Assess
    expect(byName).toMatchObject({
      Name: 'token',
      SecretString: '{"token":"t-1"}',
      VersionStages: ['AWSCURRENT'],
    });
    expect(byName.CreatedDate).toBeInstanceOf(Date);
    expect(byArn.SecretString).toBe('{"token":"t-1"}');
  });

  it('answers ResourceNotFoundException for an unknown secret and an unknown stage', async () => {
    const { server, client } = await start();
    await expect(get(client)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    server.seed('token', 'x');
    await expect(get(client, 'AWSPENDING')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('keeps a rotation: pending, then current, the old one previous', async () => {
    // Prepare
    const { server, client } = await start();
    server.seed('token', 'old');
    const old = await get(client);

    // Act
    await client.send(
      new PutSecretValueCommand({
        SecretId: 'token',
        SecretString: 'new',
        ClientRequestToken: TOKEN_A,
        VersionStages: ['AWSPENDING'],
      }),
    );
    const during = await get(client);
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 'token',
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: TOKEN_A,
        RemoveFromVersionId: old.VersionId,
      }),
    );

    // Assess
    expect(during.SecretString).toBe('old');
    expect((await get(client)).SecretString).toBe('new');
    expect((await get(client, 'AWSPREVIOUS')).SecretString).toBe('old');
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: 'token' }));
    expect(VersionIdsToStages).toEqual({
      [TOKEN_A]: ['AWSPENDING', 'AWSCURRENT'],
      [old.VersionId!]: ['AWSPREVIOUS'],
    });
  });

  it('moves AWSPREVIOUS on and forgets no version that still has a label', async () => {
    // Prepare
    const { server, client } = await start();
    server.seed('token', 'one');

    // Act
    for (const value of ['two', 'three']) {
      await client.send(new PutSecretValueCommand({ SecretId: 'token', SecretString: value }));
    }

    // Assess
    expect((await get(client)).SecretString).toBe('three');
    expect((await get(client, 'AWSPREVIOUS')).SecretString).toBe('two');
    const list = (IncludeDeprecated: boolean) =>
      client.send(new ListSecretVersionIdsCommand({ SecretId: 'token', IncludeDeprecated }));
    expect((await list(false)).Versions).toHaveLength(2);
    expect((await list(true)).Versions).toHaveLength(3);
  });

  it('takes a repeated request once and refuses its token for another value', async () => {
    // Prepare
    const { server, client } = await start();
    server.seed('token', 'one');
    const put = (SecretString: string) =>
      client.send(
        new PutSecretValueCommand({ SecretId: 'token', SecretString, ClientRequestToken: TOKEN_B }),
      );

    // Act
    await put('two');
    const again = await put('two');

    // Assess
    expect(again).toMatchObject({ VersionId: TOKEN_B, VersionStages: ['AWSCURRENT'] });
    await expect(put('three')).rejects.toMatchObject({ name: 'ResourceExistsException' });
    expect((await get(client)).SecretString).toBe('two');
  });

  it('never leaves AWSCURRENT without a version, nor moves a label that is elsewhere', async () => {
    // Prepare
    const { server, client } = await start();
    server.seed('token', 'one');
    const first = (await get(client)).VersionId;
    const pending = { SecretId: 'token', SecretString: 'two', ClientRequestToken: TOKEN_A };
    await client.send(new PutSecretValueCommand({ ...pending, VersionStages: ['AWSPENDING'] }));
    const move = (change: { RemoveFromVersionId?: string; MoveToVersionId?: string }) =>
      client.send(
        new UpdateSecretVersionStageCommand({ SecretId: 'token', VersionStage: 'AWSCURRENT', ...change }),
      );

    // Act and assess
    await expect(move({ RemoveFromVersionId: first })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(move({ MoveToVersionId: TOKEN_A })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(move({ MoveToVersionId: TOKEN_B, RemoveFromVersionId: first })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect((await get(client)).SecretString).toBe('one');
  });

  it('creates a secret, once', async () => {
    const { client } = await start();
    const create = () => client.send(new CreateSecretCommand({ Name: 'other/x', SecretString: '1' }));
    expect(await create()).toMatchObject({ Name: 'other/x', VersionId: expect.any(String) });
    await expect(create()).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  it('answers InvalidParameterException when there is no value', async () => {
    const { server, client } = await start();
    server.seed('token', 'one');
    await expect(client.send(new PutSecretValueCommand({ SecretId: 'token' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('survives a restart in a file that only its owner reads, and keeps a rotated token over the seed', async () => {
    // Prepare
    const { server, client, path } = await start();
    server.seed('token', 'seed');
    await client.send(new PutSecretValueCommand({ SecretId: 'token', SecretString: 'rotated' }));
    await server.close();

    // Act
    const second = await start(path);
    second.server.seed('token', 'seed');
    const same = (await get(second.client)).SecretString;
    second.server.seed('token', 'another seed');
    const other = (await get(second.client)).SecretString;
    second.server.seed('token', 'another seed', { always: true });

    // Assess
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect([same, other]).toEqual(['rotated', 'another seed']);
    expect((await get(second.client)).SecretString).toBe('another seed');
  });
});
