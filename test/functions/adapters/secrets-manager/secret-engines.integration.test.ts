import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe } from 'vitest';
import { startSecretsManager } from '#local/secrets/secrets-manager.ts';
import { type SecretDifference, secretContract } from '#test/contracts/secret.contract.ts';
import { motoIsMissing, startMoto } from '#test/engines/moto.ts';

const ACCESS = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };

const missing = motoIsMissing();
if (missing) console.warn(`The secret contract is not run on moto: ${missing}.`);

type Server = { readonly url: string; close(): Promise<void> };

async function startStandIn(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  const now = () => new Date();
  const path = join(folder, 'secrets.json');
  const server = await startSecretsManager({ path, region: 'us-east-1', accountId: '123456789012', now });
  const close = async () => {
    await server.close(0);
    await rm(folder, { recursive: true });
  };
  return { url: server.url, close };
}

const MOTO_DIFFERS: readonly SecretDifference[] = [
  'the default stays where it was',
  'a request token may be used again',
];

const ENGINES = [
  { name: 'the local stand-in', start: startStandIn, differences: [] },
  ...(missing ? [] : [{ name: 'moto', start: async () => startMoto(), differences: MOTO_DIFFERS }]),
];

describe.each(ENGINES)('The token on $name', ({ start, differences }) => {
  let server: Server | undefined;
  let client: SecretsManagerClient;
  beforeAll(async () => {
    server = await start();
    client = new SecretsManagerClient({ ...ACCESS, endpoint: server?.url });
  });
  afterAll(async () => {
    client?.destroy();
    await server?.close();
  });

  secretContract(() => client, differences);
});
