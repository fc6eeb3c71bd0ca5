import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDeploymentSettings } from '#lib/settings/deployment-settings.ts';
import { loadSettings, type RawSettings, SettingsError } from '#lib/settings/settings.ts';

const NONE = { dotenv: false } as const;
const ISSUER = { ATOM_SYNC_JWT_ISSUER: 'http://127.0.0.1:4000/', ATOM_SYNC_JWT_AUDIENCE: 'atom' };
const LOCAL = {
  ATOM_SAAS_API_URL: 'http://localhost:3001',
  ATOM_SAAS_WS_URL: 'ws://[::1]:3001/ws',
  ...ISSUER,
  ATOM_SYNC_RUNBOOK_URL: 'https://wiki.localhost./runbook',
  ZENDESK_SUBDOMAIN: 'acme',
  ZENDESK_API_URL: 'http://127.1.2.3',
  ANTHROPIC_BASE_URL: 'https://localhost',
  TICKET_WEBHOOK_URL: 'http://localhost:9000/hook',
};

function problemsOf(env: RawSettings, dotenv: string | false = false): readonly string[] {
  try {
    loadDeploymentSettings(env, { dotenv });
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadDeploymentSettings', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'deployment-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is what npm start takes, where no address is of this computer', () => {
    const env = {
      ATOM_SAAS_API_URL: 'https://127.example.com',
      ATOM_SYNC_CORS_ORIGINS: 'http://localhost:5173',
    };
    expect(loadDeploymentSettings(env, NONE)).toEqual(loadSettings(env, NONE));
    expect(problemsOf({})).toEqual([]);
  });

  it('refuses each address of this computer in one message, which npm start takes', () => {
    expect(() => loadSettings(LOCAL, NONE)).not.toThrow();
    const names = Object.entries(LOCAL).filter(([, value]) => value.includes('://'));
    const problems = problemsOf(LOCAL);
    expect(problems).toHaveLength(names.length);
    for (const [name, value] of names) {
      expect(problems).toContain(
        `${name} is on ${new URL(value).hostname}, which is this computer to npm start and nothing to what is deployed.`,
      );
    }
  });

  it('says it beside whatever else is wrong, with the line of the file', () => {
    const path = join(folder, '.env');
    writeFileSync(path, 'ATOM_SAAS_PAGE_SIZE=0\nATOM_SAAS_API_URL=http://127.0.0.1:3001\n');
    expect(problemsOf({}, path)).toEqual([
      expect.stringMatching(/\.env line 2: ATOM_SAAS_API_URL is on 127\.0\.0\.1, /),
      expect.stringMatching(/\.env line 1: ATOM_SAAS_PAGE_SIZE is "0"; /),
    ]);
  });

  it('shows no more of an address than its host', () => {
    const env = { ATOM_SAAS_API_URL: 'http://user:pass-5f2c@localhost/?token=tok-5f2c' };
    expect(problemsOf(env).join()).not.toContain('5f2c');
  });
});
