import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSecretVersions } from '#adapters/secrets-manager/secret-versions.ts';
import { SecretStoreError } from '#core/marketplace/rotation-ports.ts';
import { secretVersionsContract } from '#test/contracts/secret-versions.contract.ts';
import { motoIsMissing } from '#test/engines/moto.ts';
import { type SecretsService, startLocalSecrets, startMotoSecrets } from '#test/engines/secrets-services.ts';

describe('on the local stand-in', () => {
  let service: SecretsService;
  beforeAll(async () => {
    service = await startLocalSecrets();
  });
  afterAll(() => service?.close());

  secretVersionsContract(() => service.open());

  it('says which part of the secret can not be had, and nothing of what was sent', async () => {
    const { client } = await service.open();
    const versions = createSecretVersions({ client, secretId: 'no-such-secret' });
    const error = await versions.putPending('c'.repeat(32), 'a-secret-token').catch((caught) => caught);
    expect(error).toBeInstanceOf(SecretStoreError);
    expect(error.message).toContain('ResourceNotFoundException');
    expect(error.message).not.toContain('a-secret-token');
    expect(error.cause).toBeUndefined();
  });

  it('tells that rotation is off', async () => {
    const { versions } = await service.open();
    expect((await versions.describe()).rotationEnabled).toBe(false);
  });
});

const missing = motoIsMissing();
if (missing) console.warn(`The versions of the secret are not tried on moto: ${missing}.`);

describe.runIf(missing === undefined)('on moto', () => {
  let service: SecretsService | undefined;
  beforeAll(async () => {
    service = await startMotoSecrets();
  });
  afterAll(() => service?.close());

  const open = async () => {
    if (service === undefined) throw new Error('moto did not start');
    return service.open();
  };
  secretVersionsContract(open, { refusesOtherText: false });
});
