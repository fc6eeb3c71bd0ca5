import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DescribeSecretCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { expect, it, onTestFinished } from 'vitest';
import { startMarketplace } from '#local/marketplace/server.ts';
import { type LocalProcess, startProcess } from '#test/local/local-process.ts';
import { listen } from '#test/local/marketplace/marketplace-client.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

const SKILLS = 5000;
const FIRST_TOKEN = 'first-token-0f1e2d3c4b5a';
/** What one reader may have under way at once. */
const CONCURRENT = 10;

/** The whole local run against a marketplace whose requests can be counted, its first sync done. */
async function start() {
  const marketplace = await startMarketplace({ skills: SKILLS, token: FIRST_TOKEN });
  onTestFinished(() => marketplace.close());
  const directory = temporaryDirectory();
  const system = startProcess(directory, {
    ATOM_SAAS_API_URL: marketplace.url,
    ATOM_SAAS_WS_URL: marketplace.wsUrl,
    ATOM_SAAS_API_TOKEN: FIRST_TOKEN,
    ATOM_SAAS_PAGE_SIZE: '500',
  });
  await system.until(/^ready /m);
  return { marketplace, system, directory, rotate: rotator(system) };
}

/** Rotates as an operator would, and waits for the end. */
function rotator(system: LocalProcess): () => Promise<void> {
  const { endpoints, secret } = system.session();
  const client = new SecretsManagerClient({
    endpoint: endpoints.secretsmanager,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  onTestFinished(() => client.destroy());
  return async () => {
    const { VersionId = '' } = await client.send(new RotateSecretCommand({ SecretId: secret }));
    for (;;) {
      const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: secret }));
      if (VersionIdsToStages?.[VersionId]?.join() === 'AWSCURRENT') return;
      if (/was not rotated/.test(system.output())) throw new Error(system.output());
      await delay(20);
    }
  };
}
type Started = Awaited<ReturnType<typeof start>>;

/** A sync of all skills, with a rotation from beginning to end between its third page's request and answer. */
async function syncAcrossRotation({ marketplace, system, rotate }: Started) {
  marketplace.stats.reset();
  let rotated = false;
  marketplace.faults.add({
    kind: 'mutate',
    route: 'skills',
    page: 3,
    run: async () => {
      await rotate();
      rotated = true;
    },
  });
  const { status, body } = await system.call('/api/admin/sync/skills', 'AUTONOMOUS', { method: 'POST' });
  expect({ rotated, status }).toEqual({ rotated: true, status: 200 });
  expect(body).toMatchObject({ status: 'success', skills_synced: SKILLS, unchanged: SKILLS });
  return marketplace.stats.log.filter((request) => request.status >= 400 || request.status === 0);
}

/** What the functions logged, metrics included. */
function readLogs(directory: string): string {
  const folder = join(directory, 'logs');
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

it('rotates in the local run while a sync is under way, at no more than one retried 401 a request', async () => {
  // Prepare
  const started = await start();
  const { marketplace, system, directory } = started;

  const feed = await listen(marketplace, FIRST_TOKEN);

  // Act: two rotations, since it is the second that revokes the token which the sync has cached.
  const atFirst = await syncAcrossRotation(started);
  const feedAfterFirst = feed.socket.readyState;
  const validAfterFirst = marketplace.tokens.list();
  const atSecond = await syncAcrossRotation(started);
  const pages = marketplace.stats.log.filter(({ route, status }) => route === 'skills' && status === 200);
  const validAfterSecond = marketplace.tokens.list();
  marketplace.stats.reset();
  await system.call('/api/admin/sync/skills', 'AUTONOMOUS', { method: 'POST' });

  // Assess
  expect(atFirst).toEqual([]);
  expect(validAfterFirst).toEqual([FIRST_TOKEN, expect.stringMatching(/^atom_/)]);

  expect(feedAfterFirst).toBe(feed.socket.OPEN);
  expect(await feed.closed).toMatchObject({ code: 4401 });

  expect(atSecond.map(({ status }) => status)).toEqual(atSecond.map(() => 401));
  expect(atSecond.length).toBeGreaterThan(0);
  expect(atSecond.length).toBeLessThan(CONCURRENT);
  const refusedPages = atSecond.map(({ page }) => page);
  expect(new Set(refusedPages).size).toBe(refusedPages.length);
  expect(pages.map(({ page }) => page).sort()).toEqual([1, 10, 2, 3, 4, 5, 6, 7, 8, 9]);

  expect(validAfterSecond).toEqual([validAfterFirst[1], expect.stringMatching(/^atom_/)]);
  expect(marketplace.stats.byStatus.get(401)).toBeUndefined();
  expect(system.output().match(/was rotated\./g)).toHaveLength(2);
  const logs = readLogs(directory);
  const said = [system.output(), logs].join('\n');
  expect(said).toContain('a token that is no longer needed was revoked');
  expect(logs.match(/"RotationSucceeded":1/g)).toHaveLength(2);
  expect(logs).not.toContain('RotationFailed');
  for (const token of [FIRST_TOKEN, ...validAfterSecond]) expect(said).not.toContain(token);
});

it('says what to do when the secret holds no token', async () => {
  const marketplace = await startMarketplace({ skills: 20, token: FIRST_TOKEN });
  onTestFinished(() => marketplace.close());
  const directory = temporaryDirectory();
  const system = startProcess(directory, {
    ATOM_SAAS_API_URL: marketplace.url,
    ATOM_SAAS_WS_URL: marketplace.wsUrl,
  });
  await system.until(/^ready /m);
  await expect(rotator(system)()).rejects.toThrow(
    /createSecret failed\. The secret holds no token .* put-secret-value --secret-id <TokenSecretArn>/,
  );
  expect(marketplace.tokens.list()).toEqual([FIRST_TOKEN]);
  expect(readLogs(directory)).toContain('"RotationFailed":1');
});
