import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startMarketplace } from '#local/marketplace/server.ts';
import type { Session } from '#local/services/session-file.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';
import { startProcess } from './local-process.ts';

const SMALL = { ATOM_LOCAL_MARKETPLACE_SKILLS: '300' };

describe('npm start', () => {
  it('serves what it synced, stops cleanly, and finds it again at the next start', async () => {
    // Prepare
    const directory = join(temporaryDirectory(), 'data');
    const first = startProcess(directory, { ...SMALL, ATOM_SYNC_MACHINE_CLIENTS: 'agent-1:SUPERVISED' });

    // Act
    await first.until(/^ready http:\/\/127\.0\.0\.1:\d+$/m);

    // Assess
    expect(first.output()).toMatch(/First sync: 300 skills and \d+ categories \(300 added/);
    expect(statSync(join(directory, 'session.json')).mode & 0o777).toBe(0o600);
    expect(first.output()).toContain(`ready ${first.session().api}`);
    expect(first.output()).toContain(join(directory, 'session.json'));
    for (const token of Object.values(first.session().tokens)) expect(first.output()).not.toContain(token);
    // The feed's task runs: its volume is made when it starts.
    expect(existsSync(join(directory, 'volumes/realtime-feed-1/tmp'))).toBe(true);
    expect(first.session()).toMatchObject({
      marketplace: expect.stringMatching(/^http:\/\/127/),
      endpoints: {
        dynamodb: expect.any(String),
        sqs: expect.any(String),
        secretsmanager: expect.any(String),
      },
      table: expect.any(String),
      queues: {
        uploads: expect.stringMatching(/Uploads/),
        dead_letters: expect.stringMatching(/DeadLetters/),
      },
    });
    expect((await first.call('/health/live')).status).toBe(200);
    expect((await first.call('/api/skills?limit=3')).status).toBe(401);
    expect((await first.call('/api/skills?limit=3', 'STUDENT')).body.skills).toHaveLength(3);
    expect(await first.call('/api/admin/sync/status', 'STUDENT')).toMatchObject({
      status: 403,
      body: { success: false, error: 'insufficient_maturity' },
    });
    const { body } = await first.call('/api/admin/sync/status', 'SUPERVISED');
    expect(body.cache.skills_count).toBe(300);

    expect((await askAsMachine(first.session(), '/api/admin/sync/status')).status).toBe(200);

    // A manual run goes through the function and the Invoke stand-in.
    const manual = await first.call('/api/admin/sync/skills', 'AUTONOMOUS', { method: 'POST' });
    expect(manual).toMatchObject({ status: 200, body: { success: true, added: 0 } });

    first.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    expect(existsSync(join(directory, 'session.json'))).toBe(false);

    const second = startProcess(directory, SMALL);
    await second.until(/^ready /m);
    expect(second.output()).toMatch(/\(0 added/);
    second.kill('SIGINT');
    expect(await second.exited).toBe(0);
  });

  it('goes on where a first sync was killed', async () => {
    // Prepare
    const directory = temporaryDirectory();
    const slow = {
      ATOM_LOCAL_MARKETPLACE_SKILLS: '1000',
      // The sync takes seven of these: on a busy machine it must not be done before the kill gets there.
      ATOM_LOCAL_MARKETPLACE_LATENCY_MS: '1200',
      ATOM_SAAS_PAGE_SIZE: '20',
    };
    const killed = startProcess(directory, slow);
    await killed.until(/First sync [3-9]\d %/);
    killed.kill('SIGKILL');
    await killed.exited;

    // Act
    const next = startProcess(directory, { ...slow, ATOM_LOCAL_MARKETPLACE_LATENCY_MS: '0' });
    await next.until(/^ready /m);

    // Assess
    expect(next.output()).toMatch(/killed in the middle of a sync/);
    const { body } = await next.call('/api/admin/sync/runs?limit=1', 'SUPERVISED');
    expect(body.runs[0]).toMatchObject({ status: 'success', progress: { done: 1000, total: 1000 } });
    expect(body.runs[0].continues).toEqual(expect.any(String));
    expect(body.runs[0].added).toBeLessThan(1000);
    const status = await next.call('/api/admin/sync/status', 'SUPERVISED');
    expect(status.body.cache.skills_count).toBe(1000);
    next.kill('SIGTERM');
    expect(await next.exited).toBe(0);
  });

  it('stops cleanly in the middle of the first sync', async () => {
    const slow = { ...SMALL, ATOM_LOCAL_MARKETPLACE_LATENCY_MS: '5000' };
    const system = startProcess(temporaryDirectory(), slow);
    await system.until(/^First sync 0 /m);
    system.kill('SIGTERM');
    expect(await system.exited).toBe(0);
    expect(system.output()).not.toMatch(/^ready/m);
  });

  it('ends at once at the second signal', async () => {
    const slow = { ...SMALL, ATOM_LOCAL_MARKETPLACE_LATENCY_MS: '30000' };
    const system = startProcess(temporaryDirectory(), slow);
    await system.until(/^First sync 0 /m);
    system.kill('SIGTERM');
    await system.until(/Stopping/);
    system.kill('SIGTERM');
    expect(await system.exited).toBe(143);
  });

  it('serves the cache when the marketplace refuses the token, and says why', async () => {
    // Prepare
    const marketplace = await startMarketplace({ skills: 50, token: 'right' });
    onTestFinished(() => marketplace.close());
    const directory = temporaryDirectory();
    const settings = {
      ATOM_SAAS_API_URL: marketplace.url,
      ATOM_SAAS_WS_URL: marketplace.wsUrl,
      ATOM_SAAS_API_TOKEN: 'right',
    };
    const good = startProcess(directory, settings);
    await good.until(/^ready /m);
    expect(good.session().marketplace).toBe(marketplace.url);
    good.kill('SIGTERM');
    await good.exited;

    // Act
    const bad = startProcess(directory, { ...settings, ATOM_SAAS_API_TOKEN: 'wrong' });
    await bad.until(/^ready /m);

    // Assess
    expect(bad.output()).toMatch(/^First sync failed: .*\. The API serves what the cache holds/m);
    expect(bad.output()).not.toContain('wrong');
    expect((await bad.call('/api/admin/sync/status', 'SUPERVISED')).body.cache.skills_count).toBe(50);
    expect((await bad.call('/api/skills?limit=5', 'STUDENT')).body.skills).toHaveLength(5);
  });

  it('becomes ready, with one call and its reason, when the marketplace asks to be left alone', async () => {
    // Prepare
    const marketplace = await startMarketplace({ skills: 50, token: 'right' });
    onTestFinished(() => marketplace.close());
    const headers = { 'retry-after': '300' };
    marketplace.faults.add({ kind: 'status', status: 503, headers, times: 'always' });
    const system = startProcess(temporaryDirectory(), {
      ATOM_SAAS_API_URL: marketplace.url,
      ATOM_SAAS_WS_URL: marketplace.wsUrl,
      ATOM_SAAS_API_TOKEN: 'right',
    });

    // Act
    await system.until(/^ready /m);

    // Assess
    expect(system.output()).toMatch(
      /^First sync failed: .*300000 ms.* 503.*The API serves what the cache holds/m,
    );
    const { body } = await system.call('/api/admin/sync/runs?limit=200', 'SUPERVISED');
    expect(body.runs.at(-1)).toMatchObject({
      status: 'failed',
      invocations: 1,
      error: { code: 'marketplace_unavailable' },
    });
    expect((await system.call('/health/sync')).status).toBe(503);
    const asked = () => marketplace.stats.log.filter(({ route }) => route !== 'feed').length;
    expect(asked()).toBeLessThanOrEqual(2);

    // Whoever asks for it by hand is told at once, or gets it.
    const refused = await system.call('/api/admin/sync/skills', 'AUTONOMOUS', { method: 'POST' });
    expect(refused).toMatchObject({ status: 502, body: { error: 'sync_failed', status: 'failed' } });
    expect(asked()).toBeLessThanOrEqual(4);
    marketplace.faults.clear();
    const taken = await system.call('/api/admin/sync/skills', 'AUTONOMOUS', { method: 'POST' });
    expect(taken).toMatchObject({ status: 200, body: { added: 50 } });
    expect((await system.call('/health/sync')).status).toBe(200);
  });

  it('starts nothing by itself with ENABLE_SCHEDULER=false', async () => {
    const system = startProcess(temporaryDirectory(), { ...SMALL, ENABLE_SCHEDULER: 'false' });
    await system.until(/^ready /m);
    expect(system.output()).toMatch(/^No first sync: ENABLE_SCHEDULER/m);
    const manual = await system.call('/api/admin/sync/skills', 'AUTONOMOUS', { method: 'POST' });
    expect(manual).toMatchObject({ status: 200, body: { added: 300 } });
  });

  it('refuses a data directory and a port that are in use, in one sentence each', async () => {
    // Prepare
    const directory = temporaryDirectory();
    const holder = startProcess(directory, { ...SMALL, ENABLE_SCHEDULER: 'false' });
    await holder.until(/^ready /m);
    const port = new URL(holder.session().api).port;

    // Act
    const sameDirectory = startProcess(directory);
    const samePort = startProcess(temporaryDirectory(), { PORT: port });

    // Assess
    expect(await sameDirectory.exited).toBe(1);
    expect(sameDirectory.output()).toBe(
      `atom-sync can't run: The data directory ${directory} is in use by another start: stop that one, or choose another DATA_DIR.\n`,
    );
    expect(await samePort.exited).toBe(1);
    expect(samePort.output()).toBe(
      `atom-sync can't run: Port ${port} is in use: set PORT to another one, or PORT=0 for any that is free.\n`,
    );
    expect((await holder.call('/health/live')).status).toBe(200);
  });

  it('names every bad setting and a data directory that is none', async () => {
    // Prepare
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');

    // Act
    const settings = startProcess(temporaryDirectory(), { PORT: 'x', ATOM_SAAS_PAGE_SIZE: '5000' });
    const noDirectory = startProcess(file);

    // Assess
    expect(await settings.exited).toBe(1);
    expect(settings.output()).toMatch(
      /PORT is "x".*\n.*ATOM_SAAS_PAGE_SIZE is "5000"; it must be a whole number/,
    );
    expect(await noDirectory.exited).toBe(1);
    expect(noDirectory.output()).toBe(
      `atom-sync can't run: The data directory ${file} can't be used: a file is in the way. Choose another DATA_DIR.\n`,
    );
  });
});

/** A call by a machine, which gets its token with its secret. */
async function askAsMachine({ api, token_url, machines }: Session, path: string): Promise<Response> {
  const form = { grant_type: 'client_credentials', ...machines['agent-1'] };
  const answer = await fetch(token_url, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token } = (await answer.json()) as { access_token: string };
  return fetch(api + path, { headers: { authorization: `Bearer ${access_token}` } });
}
