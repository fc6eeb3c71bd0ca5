import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRequestWindow } from '#adapters/dynamodb/marketplace/request-window.ts';
import { LEASE_MS } from '#core/runs/lease.ts';
import { newRunId } from '#core/runs/run-id.ts';
import type { EnvVars } from '#functions/skill-sync/config.ts';
import type { Fault } from '#local/marketplace/faults/fault-schema.ts';
import { type Marketplace, startMarketplace } from '#local/marketplace/server.ts';
import { type SecretsManager, startSecretsManager } from '#local/secrets/secrets-manager.ts';
import { type DeployedHandler, deployHandler } from '#test/functions/admin-api/deployed-handler.ts';

const TOKEN = 'deployed-token';
const SECRET_ID = 'atom-sync/token';
const SKILLS = 40;
const SYNC = { method: 'POST', path: '/api/admin/sync/skills' };
const JOBS = '/api/admin/sync/jobs';

type Handler = (event: unknown, context: Context) => Promise<{ run_id: string; status: string }>;

let api: DeployedHandler;
let marketplace: Marketplace;
let secrets: SecretsManager;
let folder: string;
let handler: Handler;
let token: string;
/** How long an invocation has, and what was invoked. */
let invocationMs = 300_000;
let underWay: Promise<unknown>[] = [];

/** The API and the skill sync as they are deployed: their modules, their environment, each invocation of its own. */
beforeAll(async () => {
  marketplace = await startMarketplace({ skills: SKILLS, token: TOKEN });
  api = await deployHandler();
  token = await api.issuer.sign({ claims: { 'cognito:groups': ['AUTONOMOUS'] } });
  folder = await mkdtemp(join(tmpdir(), 'waits-'));
  const place = { region: 'us-east-1', accountId: '000000000000', now: () => new Date() };
  secrets = await startSecretsManager({ path: join(folder, 'secrets.json'), ...place });
  secrets.seed(SECRET_ID, JSON.stringify({ token: TOKEN }), { always: true });
  const variables: EnvVars = {
    TABLE_NAME: api.table.name,
    TOKEN_SECRET_ID: SECRET_ID,
    ATOM_SAAS_ENABLED: 'true',
    ATOM_SAAS_API_URL: marketplace.url,
    ATOM_SAAS_API_TIMEOUT_SECONDS: '1',
    ATOM_SAAS_SYNC_INTERVAL_MINUTES: '15',
    ATOM_SAAS_PAGE_SIZE: '10',
    ATOM_SAAS_CACHE_TTL_HOURS: '24',
    ATOM_SAAS_CONFLICT_STRATEGY: 'remote_wins',
  };
  Object.assign(process.env, variables, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_LAMBDA_FUNCTION_NAME: 'skill-sync',
  });
  ({ handler } = (await import('#functions/skill-sync/handler.ts')) as unknown as { handler: Handler });
  api.whenInvoked(async (event) => {
    const run = invoke(event);
    underWay.push(run);
    await run.catch(() => undefined);
  });
}, 60_000);

afterAll(async () => {
  await Promise.all([api.stop(), marketplace.close(), secrets.close(0)]);
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  invocationMs = 300_000;
  underWay = [];
  api.invocations.length = 0;
  marketplace.stats.reset();
});
afterEach(async () => {
  marketplace.faults.clear();
  await Promise.allSettled(underWay);
  await call({ method: 'POST', path: JOBS });
});

const call = (parts: { method?: string; path: string }) => api.call({ token, ...parts });

function invoke(event: unknown) {
  const end = Date.now() + invocationMs;
  return handler(event, { awsRequestId: 'r', getRemainingTimeInMillis: () => end - Date.now() } as Context);
}

const lastRun = async () => (await call({ path: '/api/admin/sync/runs?limit=1' })).body.runs[0];
const health = () => call({ path: '/health/sync' });
const requests = () => marketplace.stats.requests;

const busy = (status: number): Fault => ({
  kind: 'status',
  status,
  headers: { 'retry-after': '300' },
  times: 'always',
});

describe('The limit of requests a minute', () => {
  it('is told to the others: the places of a sync, and nothing that was taken ahead', async () => {
    const window = createRequestWindow({
      ...api.table,
      log: { debug() {}, info() {}, warn() {}, error() {} },
    });
    expect((await call(SYNC)).status).toBe(200);
    await Promise.all(underWay);
    expect(await window.change((state) => ({ state, result: state.permits.length }))).toBe(requests());
  });
});

describe('A marketplace that asks to be left alone for longer than there is time', () => {
  it.each([503, 429, 500])('ends the run with its reason, once and for all callers: %d', async (status) => {
    const code = status === 429 ? 'rate_limited' : 'marketplace_unavailable';
    marketplace.faults.add(busy(status));
    const answer = await call(SYNC);
    expect(answer).toMatchObject({
      status: 502,
      body: { success: false, error: 'sync_failed', status: 'failed', reason: code },
    });
    await delay(300);
    // One invocation, and no more than the first page and the categories.
    expect(api.invocations).toHaveLength(1);
    expect(requests()).toBeLessThanOrEqual(2);
    expect(await lastRun()).toMatchObject({ status: 'failed', invocations: 1, error: { code } });
    expect((await health()).status).toBe(503);

    // Scheduled runs stay away, and ask for nothing.
    const asked = requests();
    expect((await invoke({ trigger: 'schedule' })).status).toBe('skipped');
    expect(await lastRun()).toMatchObject({ status: 'skipped', skip_reason: 'rate_limited' });
    expect(requests()).toBe(asked);

    // By hand it is tried at once: refused again, and then taken.
    expect((await call(SYNC)).status).toBe(502);
    expect(requests()).toBeGreaterThan(asked);
    marketplace.faults.clear();
    expect(await call(SYNC)).toMatchObject({ status: 200, body: { skills_synced: SKILLS } });
    expect((await health()).status).toBe(200);
    expect((await invoke({ trigger: 'schedule' })).status).toBe('success');
  });
});

describe('A marketplace that hangs', () => {
  it('has a run fail that gets nowhere, with what it waited for, instead of going on for ever', async () => {
    invocationMs = 13_000;
    marketplace.faults.add({ kind: 'hang', route: 'skills', times: 'always' });
    const answer = await call(SYNC);
    expect(answer).toMatchObject({ status: 502, body: { error: 'sync_failed', reason: 'no_progress' } });
    expect(answer.body.message).toContain('Page 1 of the listing was next.');
    await delay(300);
    expect(api.invocations).toHaveLength(1);
    expect((await health()).status).toBe(503);
  });

  it('has a run go on from the page that it reached, and fail when it gets no further', async () => {
    invocationMs = 13_000;
    marketplace.faults.add({ kind: 'hang', route: 'skills', page: 3, times: 'always' });
    await call(SYNC);
    await expect.poll(async () => (await lastRun()).status, { timeout: 30_000 }).toBe('failed');
    const run = await lastRun();
    expect(run.error.code).toMatch(/no_progress|marketplace_unavailable/);
    expect(api.invocations.length).toBeLessThanOrEqual(3);
    marketplace.faults.clear();
    expect((await call(SYNC)).status).toBe(200);
  });
});

describe('The emergency stop', () => {
  it('ends a run under way within a lease, however it was started, and keeps what it did', async () => {
    marketplace.faults.add({ kind: 'latency', ms: 900, route: 'skills', times: 'always' });
    const manual = call(SYNC);
    await expect.poll(async () => (await lastRun())?.status, { timeout: 30_000 }).toBe('running');
    const stoppedAt = Date.now();
    expect((await call({ method: 'DELETE', path: JOBS })).status).toBe(200);
    marketplace.faults.add({ kind: 'hang', route: 'skills', times: 'always' });
    const answer = await manual;
    // As much again is for a machine that is slow.
    expect(Date.now() - stoppedAt).toBeLessThan(2 * LEASE_MS);
    expect(answer).toMatchObject({ status: 502, body: { error: 'sync_failed', reason: 'stopped' } });
    expect(await lastRun()).toMatchObject({ status: 'failed', error: { code: 'stopped' } });
    const { body } = await call({ path: '/api/admin/sync/status' });
    expect(body.sync).toMatchObject({ status: 'error' });
    expect(body.sync).not.toHaveProperty('current_run');
    // Scheduled ones don't start; by hand it still works.
    expect((await invoke({ trigger: 'schedule' })).status).toBe('skipped');
    marketplace.faults.clear();
    expect((await call(SYNC)).status).toBe(200);
  });

  it('ends a run that was to go on in another invocation', async () => {
    invocationMs = 15_000;
    marketplace.faults.add({ kind: 'hang', route: 'skills', page: 2, times: 'always' });
    const runId = newRunId(Date.now(), Math.random);
    api.whenInvoked(async () => undefined);
    expect((await invoke({ trigger: 'manual', run_id: runId })).status).toBe('interrupted');
    await call({ method: 'DELETE', path: JOBS });
    const asked = requests();
    expect((await invoke({ trigger: 'manual', run_id: runId })).status).toBe('failed');
    expect(requests()).toBe(asked);
    expect(await lastRun()).toMatchObject({ status: 'failed', error: { code: 'stopped' } });
  });
});
