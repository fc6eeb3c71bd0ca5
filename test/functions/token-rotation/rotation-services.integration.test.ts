import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { sleep } from '#adapters/clock/sleep.ts';
import { createTokenEndpoints } from '#adapters/marketplace/tokens.ts';
import type { Log } from '#core/log.ts';
import { readToken, writeToken } from '#core/marketplace/marketplace-token.ts';
import type { SecretVersions } from '#core/marketplace/rotation-ports.ts';
import { rotateToken } from '#functions/token-rotation/rotate-token.ts';
import { ROTATION_STEPS, type RotationStep } from '#functions/token-rotation/rotation-event.ts';
import { startMarketplace } from '#local/marketplace/server.ts';
import { motoIsMissing } from '#test/engines/moto.ts';
import { type SecretsService, startLocalSecrets, startMotoSecrets } from '#test/engines/secrets-services.ts';
import { type Around, Killed, killAt, versionId, withAround } from './rotation-harness.ts';

const FIRST = 'first-token';
const [ONE, TWO] = [versionId(1), versionId(2)];
const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A secret of the service and a marketplace, both over HTTP. */
async function open(service: SecretsService) {
  const marketplace = await startMarketplace({ skills: 1, token: FIRST });
  onTestFinished(() => marketplace.close());
  const secret = await service.open(writeToken(FIRST));
  const clock = { now: Date.now, sleep, random: () => 0.5, log: SILENT };
  const tokens = createTokenEndpoints({ ...clock, baseUrl: marketplace.url, fetch, timeoutMs: 10_000 });
  const deps = { ...clock, tokens, instanceId: 'atom-test', rotationMs: 0 };
  const step = (name: RotationStep, id: string, around: Around = () => undefined) =>
    rotateToken(
      { ...deps, versions: withAround<SecretVersions>(secret.versions, around) },
      { step: name, versionId: id },
    );
  const rotate = async (id: string, around?: Around) => {
    for (const name of ROTATION_STEPS) await step(name, id, around);
  };
  return { marketplace, secret, step, rotate, labels: () => labelsOf(secret.versions) };
}

async function labelsOf(versions: SecretVersions): Promise<Record<string, string>> {
  const { labels } = await versions.describe();
  return Object.fromEntries([...labels].map(([id, on]) => [id, [...on].sort().join()]));
}

/** The rules of the rotation contract, on any service that speaks it. */
function rotationContract(service: () => SecretsService): void {
  it('rotates twice, each step done twice, and revokes what was current two rotations ago', async () => {
    const { marketplace, secret, step, labels } = await open(service());
    for (const id of [ONE, TWO]) {
      await secret.begin(id);
      for (const name of ROTATION_STEPS) {
        await step(name, id);
        await step(name, id);
      }
    }
    expect(await labels()).toEqual({ [TWO]: 'AWSCURRENT', [ONE]: 'AWSPREVIOUS' });
    const texts = await Promise.all([ONE, TWO].map((id) => secret.versions.read(id)));
    expect(texts.map((text = '') => readToken(text))).toEqual(marketplace.tokens.list());
    expect(marketplace.tokens.list()).not.toContain(FIRST);
  });

  it('refuses a secret whose rotation is off, and a version that it does not know', async () => {
    const { secret, step, marketplace } = await open(service());
    await expect(step('createSecret', ONE)).rejects.toThrow(/not enabled/);
    await secret.begin(ONE);
    await expect(step('createSecret', TWO)).rejects.toThrow(/is not known to the secret/);
    expect(marketplace.tokens.list()).toEqual([FIRST]);
  });

  it('refuses the version that a stray AWSPENDING was taken from, and goes on with the other', async () => {
    const { secret, step, rotate, marketplace, labels } = await open(service());
    await secret.begin(ONE);
    await step('createSecret', ONE);
    marketplace.tokens.accept('by-hand');
    await secret.client.send(
      new PutSecretValueCommand({
        SecretId: secret.secretId,
        ClientRequestToken: TWO,
        SecretString: writeToken('by-hand'),
        VersionStages: ['AWSPENDING'],
      }),
    );
    await expect(step('testSecret', ONE)).rejects.toMatchObject({ code: 'rotation_refused' });
    await rotate(TWO);
    expect(await labels()).toEqual({ [TWO]: 'AWSCURRENT', [secret.firstId]: 'AWSPREVIOUS' });
  });

  it('lets the service begin anew after a token that the marketplace refused', async () => {
    const { secret, step, rotate, marketplace, labels } = await open(service());
    await secret.begin(ONE);
    await step('createSecret', ONE);
    marketplace.tokens.revoke(marketplace.tokens.list()[1]!);
    await expect(step('testSecret', ONE)).rejects.toMatchObject({ code: 'new_token_refused' });
    expect(await labels()).toEqual({ [secret.firstId]: 'AWSCURRENT' });
    await secret.begin(TWO);
    await rotate(TWO);
    expect(await labels()).toEqual({ [TWO]: 'AWSCURRENT', [secret.firstId]: 'AWSPREVIOUS' });
  }, 30_000);

  it.each(['before', 'after'] as const)(
    'ends well when it is killed %s any call to the secret',
    async (moment) => {
      for (let n = 1; ; n += 1) {
        const { secret, rotate, marketplace, labels } = await open(service());
        await secret.begin(ONE);
        const kill = killAt(n, moment);
        const outcome = await rotate(ONE, kill).catch((error: unknown) => error);
        if (!kill.struck()) break;
        expect(outcome).toBeInstanceOf(Killed);
        await rotate(ONE);
        expect(await labels()).toEqual({ [ONE]: 'AWSCURRENT', [secret.firstId]: 'AWSPREVIOUS' });
        expect(marketplace.tokens.list()).toContain(FIRST);
        expect(marketplace.tokens.list()).toContain(readToken((await secret.versions.read(ONE)) ?? ''));
      }
    },
  );
}

describe('a rotation on the local stand-in', () => {
  let service: SecretsService;
  beforeAll(async () => {
    service = await startLocalSecrets();
  });
  afterAll(() => service?.close());
  rotationContract(() => service);
});

const missing = motoIsMissing();
if (missing) console.warn(`The rotation is not tried on moto: ${missing}.`);

describe.runIf(missing === undefined)('a rotation on moto', () => {
  let service: SecretsService | undefined;
  beforeAll(async () => {
    service = await startMotoSecrets();
  });
  afterAll(() => service?.close());
  rotationContract(() => {
    if (service === undefined) throw new Error('moto did not start');
    return service;
  });
});
