import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTokenSource } from '#adapters/secrets-manager/token-source.ts';
import { SecretUnavailableError, TokenUnavailableError } from '#core/errors.ts';
import { SILENT } from '#test/engines/test-stores.ts';

/** Where an implementation is known to differ from what the service documents; see docs/engines.md. */
export type SecretDifference = 'the default stays where it was' | 'a request token may be used again';

/** What the code relies on in Secrets Manager, and the token source on top of it, whoever implements it. */
export function secretContract(
  open: () => SecretsManagerClient,
  differences: readonly SecretDifference[] = [],
): void {
  const asDocumented = (difference: SecretDifference) => it.runIf(!differences.includes(difference));

  describe('Secrets Manager', () => {
    let client: SecretsManagerClient;
    beforeAll(() => {
      client = open();
    });

    const createSecret = async (SecretString?: string) => {
      const Name = `secret-${randomUUID()}`;
      await client.send(new CreateSecretCommand({ Name, SecretString }));
      return Name;
    };
    const put = (SecretId: string, SecretString: string, more = {}) =>
      client.send(new PutSecretValueCommand({ SecretId, SecretString, ...more }));
    const read = (SecretId: string, VersionStage?: string) =>
      client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
    const sourceOf = (secretId: string) =>
      createTokenSource({ client, secretId, now: Date.now, log: SILENT });

    it('lets the token source read, keep, and see a new token when it is asked to', async () => {
      const secretId = await createSecret('{"token":"first"}');
      const token = sourceOf(secretId);
      expect(await token()).toBe('first');
      await put(secretId, '{"token":"second"}');
      expect(await token()).toBe('first');
      expect(await token({ renew: true })).toBe('second');
    });

    it('tells a secret that is missing from one that has a token', async () => {
      await expect(sourceOf(`secret-${randomUUID()}`)()).rejects.toThrow(SecretUnavailableError);
      await expect(sourceOf(await createSecret('{"token":""}'))()).rejects.toThrow(TokenUnavailableError);
    });

    it('has no value to give for a secret without one', async () => {
      const secretId = await createSecret();
      await expect(read(secretId)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
      await expect(sourceOf(secretId)()).rejects.toThrow(SecretUnavailableError);
    });

    it('keeps what was current as the previous one', async () => {
      const secretId = await createSecret('first');
      await put(secretId, 'second');
      expect((await read(secretId)).SecretString).toBe('second');
      expect((await read(secretId, 'AWSPREVIOUS')).SecretString).toBe('first');
    });

    it('keeps a pending version apart until the stage is moved to it', async () => {
      // Prepare
      const SecretId = await createSecret('first');
      const pending = randomUUID();
      await put(SecretId, 'second', { ClientRequestToken: pending, VersionStages: ['AWSPENDING'] });
      expect((await read(SecretId)).SecretString).toBe('first');
      expect((await read(SecretId, 'AWSPENDING')).SecretString).toBe('second');
      const { VersionId: current } = await read(SecretId);

      // Act
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: pending,
          RemoveFromVersionId: current,
        }),
      );

      // Assess
      expect((await read(SecretId, 'AWSCURRENT')).SecretString).toBe('second');
      expect((await read(SecretId, 'AWSPREVIOUS')).SecretString).toBe('first');
      const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
      expect(VersionIdsToStages[pending]).toContain('AWSCURRENT');
      expect(VersionIdsToStages[current ?? '']).toEqual(['AWSPREVIOUS']);
    });

    asDocumented('the default stays where it was')(
      'reads what is current now where no stage is named',
      async () => {
        const SecretId = await createSecret('first');
        const { VersionId: RemoveFromVersionId } = await read(SecretId);
        const MoveToVersionId = randomUUID();
        await put(SecretId, 'second', { ClientRequestToken: MoveToVersionId, VersionStages: ['AWSPENDING'] });
        const move = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId, RemoveFromVersionId };
        await client.send(new UpdateSecretVersionStageCommand(move));
        expect((await read(SecretId)).SecretString).toBe('second');
      },
    );

    it('takes the same value under the same request token twice', async () => {
      const SecretId = await createSecret('first');
      const more = { ClientRequestToken: randomUUID(), VersionStages: ['AWSPENDING'] };
      const one = await put(SecretId, 'second', more);
      const two = await put(SecretId, 'second', more);
      expect(two.VersionId).toBe(one.VersionId);
    });

    asDocumented('a request token may be used again')(
      'refuses another value under a request token that has one',
      async () => {
        const SecretId = await createSecret('first');
        const more = { ClientRequestToken: randomUUID(), VersionStages: ['AWSPENDING'] };
        await put(SecretId, 'second', more);
        await expect(put(SecretId, 'third', more)).rejects.toMatchObject({ name: 'ResourceExistsException' });
      },
    );

    it('knows no stage that nothing is in', async () => {
      await expect(read(await createSecret('first'), 'AWSPENDING')).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    });
  });
}
