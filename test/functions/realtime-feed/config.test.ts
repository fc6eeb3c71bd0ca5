import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseEnvironment } from '#core/environment.ts';
import { type EnvVars, envSchema, feedOptions } from '#functions/realtime-feed/config.ts';
import { createHealthFile, isHealthy } from '#functions/realtime-feed/health.ts';

const ENV: EnvVars = {
  TABLE_NAME: 'table',
  TOKEN_SECRET_ID: 'secret',
  SKILL_SYNC_FUNCTION_NAME: 'skill-sync',
  ATOM_SAAS_ENABLED: 'true',
  ATOM_SAAS_WS_ENABLED: 'true',
  ATOM_SAAS_WS_URL: 'wss://api.atomsaas.com/ws',
  ATOM_SAAS_WS_RECONNECT_ATTEMPTS: '10',
  ATOM_SAAS_WS_HEARTBEAT_INTERVAL: '30',
  ATOM_SAAS_WS_GATHER_SECONDS: '900',
  ATOM_SAAS_CACHE_TTL_HOURS: '24',
  ATOM_SAAS_CONFLICT_STRATEGY: 'remote_wins',
};
const parse = (env: Partial<EnvVars> = {}) => parseEnvironment(envSchema, { ...ENV, ...env });

describe('the environment of the feed', () => {
  it('gives the options', () => {
    expect(feedOptions(parse())).toEqual({
      isEnabled: true,
      maxAttempts: 10,
      heartbeatMs: 30_000,
      gatherMs: 900_000,
      ttlMs: 24 * 3_600_000,
    });
    expect(feedOptions(parse({ ATOM_SAAS_ENABLED: 'false' })).isEnabled).toBe(false);
    expect(feedOptions(parse({ ATOM_SAAS_WS_ENABLED: 'false' })).isEnabled).toBe(false);
  });

  it.each([
    'ws://api.atomsaas.com/ws',
    'https://api.atomsaas.com/ws',
    'wss://user:pass@api.atomsaas.com/ws',
    'wss://api.atomsaas.com/ws?token=t',
    'wss://api.atomsaas.com/ws#x',
    'nowhere',
  ])('refuses the address %s without repeating it', (url) => {
    const attempt = () => parse({ ATOM_SAAS_WS_URL: url });
    expect(attempt).toThrow(/ATOM_SAAS_WS_URL/);
    expect(attempt).not.toThrow(url);
  });

  it.each(['ws://127.0.0.1:4000/ws', 'ws://localhost/ws', 'ws://[::1]:1/ws'])('takes %s', (url) => {
    expect(parse({ ATOM_SAAS_WS_URL: url }).ATOM_SAAS_WS_URL).toBe(url);
  });
});

describe('the health of the feed', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'feed-health-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is good while the file is fresh', () => {
    const path = join(folder, 'fresh');
    expect(isHealthy(path, Date.now())).toBe(false);
    createHealthFile(path, Date.now).beat();
    expect(isHealthy(path, Date.now())).toBe(true);
    expect(isHealthy(path, Date.now() + 61_000)).toBe(false);
  });

  it('is written every five seconds, and again when the clock is set back', () => {
    const path = join(folder, 'beats');
    let now = 1_000_000;
    const file = createHealthFile(path, () => now);
    const isWrittenAt = (ms: number) => {
      utimesSync(path, 0, 0);
      now = ms;
      file.beat();
      return isHealthy(path, Date.now());
    };
    file.beat();
    expect([1_004_999, 1_005_000, 1_005_001, 1_000].map(isWrittenAt)).toEqual([false, true, false, true]);
  });
});
