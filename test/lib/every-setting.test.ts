import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSettings, type RawSettings, settingsSchema } from '#lib/settings/settings.ts';
import { synthesize } from '#lib/synthesize.ts';
import { imageFolder, inlineCode, testStack } from './test-stack.ts';

/** Both ends of a range that the setting's own description names; undefined where it names none. */
function endsOf(description: string): readonly [string, string] | undefined {
  const numbers = /^a (?:whole )?number from ([\d.]+) to (\d+)/.exec(description);
  if (numbers) return [numbers[1] ?? '', numbers[2] ?? ''];
  if (description.startsWith('true or false')) return ['false', 'true'];
  const options = /^one of (.*)$/.exec(description)?.[1]?.split(', ');
  return options && [options[0] ?? '', options.at(-1) ?? ''];
}

/** Of a setting whose range is described in words: one value that is set, and the default. */
const SET: Readonly<Record<string, string>> = {
  ATOM_SAAS_API_URL: 'https://marketplace.example.com/base',
  ATOM_SAAS_API_TOKEN: 'never-in-a-template',
  ATOM_SAAS_WS_URL: 'wss://marketplace.example.com/feed',
  ATOM_INSTANCE_ID: 'instance.1_a-b',
  ATOM_SYNC_ENV: 'staging.eu-1',
  ATOM_SYNC_STACK_NAME: 's'.repeat(64),
  ATOM_SYNC_JWT_LEVELS_CLAIM: 'realm_access.roles',
  ATOM_SYNC_CORS_ORIGINS: 'https://one.example.com,https://two.example.com',
  ATOM_SYNC_FEED_ZONE_IDS: 'use1-az1,use1-az4,use1-az6',
  ATOM_SYNC_ALARM_EMAIL: 'operators@example.com',
  ATOM_SYNC_RUNBOOK_URL: 'https://wiki.example.com/runbook',
  ZENDESK_API_URL: 'https://zendesk.example.com',
  TICKET_SYNC_INTERVAL_MINUTES: '0',
  TICKET_BRANDS: '360000000001,360000000002',
  TICKET_FORMS: '360000000003',
  TICKET_EXCLUDE_TAGS: 'spam,internal',
  TICKET_PRODUCT_AREAS: 'billing: invoices; sync/calendar: events',
  TICKET_WEBHOOK_URL: 'https://hooks.example.com/atom',
  ANTHROPIC_API_KEY: 'never-in-a-template',
  ANTHROPIC_BASE_URL: 'https://claude.example.com',
  CLAUDE_ANALYSIS_MODEL: 'claude-sonnet-5-5',
  CLAUDE_LABEL_MODEL: 'claude-opus-5-5',
};
/** Set both or neither, so they are one parameter. */
const JWT = { ATOM_SYNC_JWT_ISSUER: 'https://login.example.com/', ATOM_SYNC_JWT_AUDIENCE: 'atom' };
/** Without an issuer there is a pool, and only a pool can have machines. */
const MACHINES = { ATOM_SYNC_MACHINE_CLIENTS: 'prometheus:SUPERVISED, agent-1:INTERN' };
const OAUTH = {
  ZENDESK_OAUTH_CLIENT_ID: 'never-in-a-template',
  ZENDESK_OAUTH_CLIENT_SECRET: 'never-in-a-template',
};
const API_TOKEN = {
  ZENDESK_EMAIL: 'never-in-a-template@example.com',
  ZENDESK_API_TOKEN: 'never-in-a-template',
};
/** Tickets are on only where there is a Zendesk, so these are one parameter too. */
const TICKETS = { TICKETS_ENABLED: 'true', ZENDESK_SUBDOMAIN: 'acme' };
const TOGETHER = { ...JWT, ...MACHINES, ...OAUTH, ...API_TOKEN, ...TICKETS };

type Parameter = readonly [RawSettings, RawSettings];

const names = Object.keys(settingsSchema.shape) as (keyof typeof settingsSchema.shape)[];
const parameters: Parameter[] = names.flatMap((name): Parameter[] => {
  if (name in TOGETHER) return [];
  const ends = endsOf(settingsSchema.shape[name].description ?? '');
  if (ends) return [[{ [name]: ends[0] }, { [name]: ends[1] }]];
  return name in SET ? [[{}, { [name]: SET[name] }]] : [];
});
const rows = pairwise([
  ...parameters,
  [MACHINES, JWT],
  [{}, OAUTH],
  [{}, API_TOKEN],
  [{ TICKETS_ENABLED: 'false' }, TICKETS],
]);

/**
 * A few combinations in which each pair of parameters takes all four pairs of values: everything off, everything on,
 * and for each binary digit of the parameters' numbers those with the digit on, and those without it. Any two
 * parameters differ in a digit.
 */
function pairwise(all: readonly Parameter[]): RawSettings[] {
  const digits = Math.ceil(Math.log2(all.length));
  const choices: ((n: number) => number)[] = [() => 0, () => 1];
  for (let digit = 0; digit < digits; digit += 1) {
    choices.push(
      (n: number) => (n >> digit) & 1,
      (n: number) => 1 - ((n >> digit) & 1),
    );
  }
  return choices.map((choose) => Object.assign({}, ...all.map((values, n) => values[choose(n)])));
}

describe('Every setting', () => {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has a range that this test can read, or a value in it', () => {
    // Settings that only go together with others are theirs to test.
    const apart = names.filter(
      (name) => name.startsWith('ATOM_SYNC_VPC') || name.startsWith('ATOM_SYNC_SUBNET'),
    );
    const known = names.filter(
      (name) =>
        name in TOGETHER || name in SET || endsOf(settingsSchema.shape[name].description ?? '') !== undefined,
    );
    expect(names.filter((name) => !known.includes(name) && !apart.includes(name))).toEqual([]);
  });

  it('is combined with every other in all four ways', () => {
    const [first = {}, second = {}] = [parameters[0]?.[1], parameters[1]?.[1]];
    const [one = '', two = ''] = [Object.keys(first)[0], Object.keys(second)[0]];
    expect(new Set(rows.map((row) => `${row[one]} ${row[two]}`)).size).toBe(4);
  });

  it.each(rows.map((env, n) => ({ n, env })))('synthesizes in combination $n, nag-clean', ({ n, env }) => {
    const settings = loadSettings(env, { dotenv: false });
    const code = { codeFor: inlineCode, imageFor: imageFolder };
    const { template } = synthesize(settings, { outdir: join(folder, String(n)), ...code });
    const text = JSON.stringify(template);
    expect(text).not.toMatch(/undefined|NaN|\[object|never-in-a-template/);
    const { app } = testStack(env);
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });
});
