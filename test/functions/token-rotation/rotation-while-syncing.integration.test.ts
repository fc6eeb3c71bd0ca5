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
import { type LocalProcess, startProcess } from '#test/local/start/local-process.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

const SKILLS = 500;
const FIRST_TOKEN = 'first-token-0f1e2d3c4b5a';
/** What one reader may have under way at once. */
const CONCURRENT = 10;

/** The whole local run against a marketplace whose requests can be counted, its first sync done, its feed connected. */
async function start() {
  const marketplace = await startMarketplace({ skills: SKILLS, token: FIRST_TOKEN });
  onTestFinished(() => marketplace.close());
  const directory = temporaryDirectory();
  const system = startProcess(directory, {
    ATOM_SAAS_API_URL: marketplace.url,
    ATOM_SAAS_WS_URL: marketplace.wsUrl,
    ATOM_SAAS_API_TOKEN: FIRST_TOKEN,
    ATOM_SAAS_PAGE_SIZE: String(SKILLS / 10),
  });
  await system.until(/^ready /m);
  await marketplace.feed.untilOpen(1);
  return { marketplace, system, directory, rotate: rotator(system) };
}

/** Rotates as an operator would, and waits for the end. */
function rotator(system: LocalProcess): () => Promise<void> {
  const { endpoints, secret, access_key_id, secret_access_key } = system.session();
  const client = new SecretsManagerClient({
    endpoint: endpoints.secretsmanager,
    region: 'us-east-1',
    credentials: { accessKeyId: access_key_id, secretAccessKey: secret_access_key },
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
  const { status, body } = await sync(system);
  expect({ rotated, status }).toEqual({ rotated: true, status: 200 });
  expect(body).toMatchObject({ status: 'success', skills_synced: SKILLS, unchanged: SKILLS });
  return marketplace.stats.log.filter((request) => request.route !== 'feed');
}

/** A sync by hand; one that the feed asked for may have to end first. */
async function sync(system: LocalProcess) {
  for (;;) {
    const answer = await system.call('/api/admin/sync/skills', 'AUTONOMOUS', { method: 'POST' });
    if (answer.status !== 409) return answer;
    await delay(100);
  }
}

/**
 * Waits until the feed is connected once, with a token that is good for longer. The old one is revoked a moment before
 * the new one is the current one: a feed that is back within that moment holds the one between them.
 */
async function untilFeedHolds({ marketplace }: Started, tokens: readonly string[]): Promise<void> {
  const held = () => marketplace.feed.sockets().map((socket) => socket.token);
  while (!tokens.includes(held().join())) await delay(20);
}

/** What the functions logged, metrics included. */
function readLogs(directory: string): string {
  const folder = join(directory, 'logs');
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

it('rotates in the local run under a sync and the feed, at no more than one retried 401 a request', async () => {
  // Prepare
  const started = await start();
  const { marketplace, system, directory } = started;
  const { feed, tokens } = marketplace;

  // Act: two rotations, since it is the second that revokes the token which sync and feed hold.
  const first = await syncAcrossRotation(started);
  const validAfterFirst = tokens.list();
  const feedAfterFirst = { accepted: feed.accepted, tokens: feed.sockets().map(({ token }) => token) };
  const second = await syncAcrossRotation(started);
  const validAfterSecond = tokens.list();
  await untilFeedHolds(started, validAfterSecond);
  marketplace.stats.reset();
  await sync(system);

  // Assess
  expect(first.filter(({ status }) => status !== 200).map(({ route, status }) => [route, status])).toEqual([
    ['mint_token', 201],
  ]);
  expect(validAfterFirst).toEqual([FIRST_TOKEN, expect.stringMatching(/^atom_/)]);
  expect(feedAfterFirst).toEqual({ accepted: 1, tokens: [FIRST_TOKEN] });

  const refused = second.filter(({ status }) => status === 401);
  const others = second.filter(({ status }) => status !== 401 && status !== 200);
  expect(others.map(({ route, status }) => [route, status])).toEqual([
    ['mint_token', 201],
    ['revoke_token', 204],
  ]);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(CONCURRENT);
  expect(new Set(refused.map(({ page }) => page)).size).toBe(refused.length);
  for (const { page } of refused)
    expect(second).toContainEqual(expect.objectContaining({ page, status: 200 }));

  expect(validAfterSecond).toEqual([validAfterFirst[1], expect.stringMatching(/^atom_/)]);
  expect(feed.accepted).toBe(2);
  expect(feed.refused).toBe(0);
  expect(marketplace.stats.byStatus.get(401)).toBeUndefined();
  expect(system.output().match(/was rotated\./g)).toHaveLength(2);
  const logs = readLogs(directory);
  const said = [system.output(), logs].join('\n');
  expect(said).toContain('a token that is no longer needed was revoked');
  expect(logs.match(/the marketplace token was rotated/g)).toHaveLength(2);
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
  // The function's answer comes before its lines are in the file.
  await expect.poll(() => readLogs(directory)).toContain('"RotationFailed":1');
});
