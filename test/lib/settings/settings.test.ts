import { describe, expect, it } from 'vitest';
import type { SettingName } from '#lib/settings/settings.ts';
import { failure, load } from './load.ts';

describe('loadSettings', () => {
  it('answers the defaults of the contract when nothing is set', () => {
    expect(load({})).toEqual({
      ATOM_SAAS_ENABLED: true,
      ATOM_SAAS_API_URL: 'https://api.atomsaas.com',
      ATOM_SAAS_API_TIMEOUT_SECONDS: 30,
      ATOM_SAAS_SYNC_INTERVAL_MINUTES: 15,
      ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES: 30,
      ATOM_SAAS_PAGE_SIZE: 100,
      ATOM_SAAS_CACHE_TTL_HOURS: 24,
      ATOM_SAAS_CONFLICT_STRATEGY: 'remote_wins',
      ATOM_SAAS_WS_ENABLED: true,
      ATOM_SAAS_WS_URL: 'wss://api.atomsaas.com/ws',
      ATOM_SAAS_WS_RECONNECT_ATTEMPTS: 10,
      ATOM_SAAS_WS_HEARTBEAT_INTERVAL: 30,
      ATOM_SAAS_WS_GATHER_SECONDS: 900,
      ATOM_INSTANCE_ID: 'atom-sync',
      ATOM_SYNC_TOKEN_ROTATION_DAYS: 90,
      ENABLE_SCHEDULER: true,
      ATOM_SYNC_STACK_NAME: 'atom-sync',
      ATOM_SYNC_JWT_LEVELS_CLAIM: 'cognito:groups',
      ATOM_SYNC_MACHINE_CLIENTS: [],
      ATOM_SYNC_CORS_ORIGINS: [],
      ATOM_SYNC_ASSIGN_PUBLIC_IP: true,
      ATOM_SYNC_FEED_ARCHITECTURE: 'arm64',
      ATOM_SYNC_FEED_SPOT: true,
      ATOM_SYNC_DASHBOARD: false,
      ATOM_SYNC_TRACE_API: false,
      ATOM_SYNC_LOG_RETENTION_DAYS: 30,
      ATOM_SYNC_LOG_LEVEL: 'INFO',
      TICKETS_ENABLED: false,
      ZENDESK_AUTH: 'oauth',
      ZENDESK_REQUESTS_PER_MINUTE: 9,
      ZENDESK_PAGE_SIZE: 1000,
      TICKET_BACKFILL_DAYS: 30,
      TICKET_SYNC_INTERVAL_MINUTES: 60,
      TICKET_TEXT: 'first',
      TICKET_BRANDS: [],
      TICKET_FORMS: [],
      TICKET_EXCLUDE_TAGS: [],
      TICKET_RAW_RETENTION_DAYS: 90,
      TICKET_PRODUCT_AREAS: '',
      TICKET_ANALYZE_BATCH_SIZE: 500,
      TICKET_DIRECT_MAX: 200,
      TICKET_CLUSTER_RESOLUTION: 2,
      TICKET_MIN_CLUSTER_REQUESTERS: 3,
      ANTHROPIC_BASE_URL: 'https://api.anthropic.com',
      CLAUDE_ANALYSIS_MODEL: 'claude-haiku-5-5',
      CLAUDE_LABEL_MODEL: 'claude-sonnet-5-5',
      CLAUDE_EFFORT: 'low',
      CLAUDE_MODE: 'auto',
      CLAUDE_BUDGET_USD_PER_DAY: 2,
      CLAUDE_BUDGET_USD_PER_MONTH: 20,
      CLAUDE_BUDGET_USD_PER_RUN: 2,
    });
  });

  const ranges: [SettingName, number, number][] = [
    ['ATOM_SAAS_API_TIMEOUT_SECONDS', 1, 120],
    ['ATOM_SAAS_SYNC_INTERVAL_MINUTES', 5, 60],
    ['ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES', 10, 120],
    ['ATOM_SAAS_PAGE_SIZE', 1, 1000],
    ['ATOM_SAAS_CACHE_TTL_HOURS', 1, 168],
    ['ATOM_SAAS_WS_RECONNECT_ATTEMPTS', 0, 100],
    ['ATOM_SYNC_TOKEN_ROTATION_DAYS', 1, 365],
    ['ATOM_SAAS_WS_HEARTBEAT_INTERVAL', 10, 120],
  ];

  it.each(ranges)('takes %s at %i and at %i', (name, min, max) => {
    expect(load({ [name]: String(min) })[name]).toBe(min);
    expect(load({ [name]: String(max) })[name]).toBe(max);
  });

  it.each(ranges)('names the range when %s is below %i or above %i', (name, min, max) => {
    for (const value of [min - 1, max + 1]) {
      expect(failure({ [name]: String(value) }).message).toContain(
        `${name} is "${value}"; it must be a whole number from ${min} to ${max}.`,
      );
    }
  });

  it.each([
    '15abc',
    ' ',
    ' 15',
    '15 ',
    '1e3',
    '0x10',
    '15.0',
    '15,5',
    '+15',
    '-15',
    '015',
    '١٥',
    'NaN',
    'Infinity',
    '15\n',
    '99999999999999999999',
  ])('refuses the text %j as an integer', (text) => {
    expect(failure({ ATOM_SAAS_PAGE_SIZE: text }).problems).toHaveLength(1);
  });

  it.each([
    ['true', true],
    ['TRUE', true],
    ['1', true],
    ['Yes', true],
    ['false', false],
    ['False', false],
    ['0', false],
    ['NO', false],
  ])('takes the boolean %s as %s', (text, value) => {
    expect(load({ ENABLE_SCHEDULER: text }).ENABLE_SCHEDULER).toBe(value);
  });

  it.each(['maybe', 'on', '2', ' true', 'truee', 'constructor', '__proto__'])(
    'refuses the boolean %j',
    (text) => {
      expect(failure({ ATOM_SAAS_ENABLED: text }).message).toContain('it must be true or false');
    },
  );

  it.each([
    ['ATOM_SAAS_API_URL', 'https://skills.example.com/base/', 'https://skills.example.com/base'],
    ['ATOM_SAAS_API_URL', 'http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
    ['ATOM_SAAS_API_URL', 'http://localhost:4000', 'http://localhost:4000'],
    ['ATOM_SAAS_API_URL', 'http://[::1]:4000/', 'http://[::1]:4000'],
    ['ATOM_SAAS_WS_URL', 'ws://127.0.0.1:4000/ws', 'ws://127.0.0.1:4000/ws'],
    ['ATOM_SYNC_JWT_ISSUER', 'https://login.example.com/', 'https://login.example.com/'],
  ] as const)('takes %s=%s', (name, value, settled) => {
    const audience = name === 'ATOM_SYNC_JWT_ISSUER' ? { ATOM_SYNC_JWT_AUDIENCE: 'atom' } : {};
    expect(load({ [name]: value, ...audience })[name]).toBe(settled);
  });

  it.each([
    ['ATOM_SAAS_API_URL', 'http://api.atomsaas.com'],
    ['ATOM_SAAS_API_URL', 'http://localhost.example.com'],
    ['ATOM_SAAS_API_URL', 'http://127.0.0.1.example.com'],
    ['ATOM_SAAS_API_URL', 'ftp://api.atomsaas.com'],
    ['ATOM_SAAS_API_URL', 'api.atomsaas.com'],
    ['ATOM_SAAS_API_URL', 'https://api.atomsaas.com/#top'],
    ['ATOM_SAAS_API_URL', 'https://api.atomsaas.com/ x'],
    ['ATOM_SAAS_WS_URL', 'ws://api.atomsaas.com/ws'],
    ['ATOM_SAAS_WS_URL', 'https://api.atomsaas.com/ws'],
    ['ATOM_SAAS_CONFLICT_STRATEGY', 'newest'],
    ['ATOM_SAAS_CONFLICT_STRATEGY', 'Remote_Wins'],
    ['ATOM_INSTANCE_ID', 'an id'],
    ['ATOM_INSTANCE_ID', 'x'.repeat(65)],
    ['ATOM_SYNC_STACK_NAME', '1st'],
    ['ATOM_SYNC_STACK_NAME', 'atom_sync'],
    ['ATOM_SYNC_STACK_NAME', 'a'.repeat(65)],
    ['ATOM_SYNC_LOG_RETENTION_DAYS', '2'],
    ['ATOM_SYNC_LOG_RETENTION_DAYS', '030'],
    ['ATOM_SYNC_LOG_LEVEL', 'WARN'],
    ['ATOM_SYNC_ALARM_EMAIL', 'operator'],
    ['ATOM_SYNC_ALARM_EMAIL', 'a@example.com,b@example.com'],
    ['ATOM_SYNC_RUNBOOK_URL', 'docs/runbook.md'],
    ['ATOM_SYNC_RUNBOOK_URL', 'http://wiki.example.com/runbook'],
    ['ATOM_SYNC_CORS_ORIGINS', '*'],
    ['ATOM_SYNC_CORS_ORIGINS', 'https://a.example.com/'],
    ['ATOM_SYNC_CORS_ORIGINS', 'https://a.example.com,,https://b.example.com'],
    ['ATOM_SYNC_CORS_ORIGINS', 'http://a.example.com'],
  ])('refuses %s=%s', (name, value) => {
    const error = failure({ [name]: value });
    expect(error.problems).toEqual([
      expect.stringContaining(`${name} is ${JSON.stringify(value)}; it must be `),
    ]);
    expect(error.problems[0]).not.toContain('must be .');
  });

  it('keeps several origins in their order', () => {
    const { ATOM_SYNC_CORS_ORIGINS } = load({
      ATOM_SYNC_CORS_ORIGINS: 'https://b.example.com, http://localhost:5173',
    });
    expect(ATOM_SYNC_CORS_ORIGINS).toEqual(['https://b.example.com', 'http://localhost:5173']);
  });

  it('takes the instance from the stack when it has no name of its own', () => {
    expect(load({ ATOM_SYNC_STACK_NAME: 'atom-eu' }).ATOM_INSTANCE_ID).toBe('atom-eu');
    expect(load({ ATOM_SYNC_STACK_NAME: 'atom-eu', ATOM_INSTANCE_ID: 'A.1_b-2' }).ATOM_INSTANCE_ID).toBe(
      'A.1_b-2',
    );
  });

  it('takes an empty text as not set', () => {
    expect(load({ ATOM_SAAS_PAGE_SIZE: '', ATOM_SAAS_API_TOKEN: '', ATOM_SYNC_JWT_ISSUER: '' })).toEqual(
      load({}),
    );
  });

  it('names every bad setting in one message', () => {
    const names: SettingName[] = ranges.map(([name]) => name);
    const env = {
      ...Object.fromEntries(names.map((name) => [name, 'x'])),
      ATOM_SAAS_ENABLED: 'x',
      ENABLE_SCHEDULER: 'x',
    };
    const error = failure(env);
    expect(error.problems).toHaveLength(names.length + 2);
    for (const name of Object.keys(env)) expect(error.message).toContain(`${name} is "x"`);
    expect(error.message).toMatch(/^10 settings are wrong:\n/);
    expect(error).toMatchObject({ name: 'SettingsError', code: 'invalid_settings' });
  });

  it('never shows a token or a password', () => {
    const { message } = failure({
      ATOM_SAAS_API_TOKEN: 'hunter2 hunter2',
      ATOM_SAAS_API_TOKN: 'hunter2',
      ATOM_SAAS_API_URL: 'https://user:hunter2@api.atomsaas.com',
      ATOM_SAAS_WS_URL: 'wss://api.atomsaas.com/ws?token=hunter2',
    });
    expect(message).not.toContain('hunter2');
    expect(message).toContain('ATOM_SAAS_API_TOKEN is (hidden)');
  });

  it.each([
    ['ATOM_SAAS_PAGESIZE', 'ATOM_SAAS_PAGE_SIZE'],
    ['ATOM_SAAS_API_TOKN', 'ATOM_SAAS_API_TOKEN'],
    ['ATOM_SYNC_STACK', 'ATOM_SYNC_STACK_NAME'],
  ])('asks whether %s means %s', (name, meant) => {
    expect(failure({ [name]: 'x' }).problems).toEqual([`${name} is not a setting; did you mean ${meant}?`]);
  });

  it('leaves the names of others alone', () => {
    expect(load({ PATH: '/bin', ATOM_HOME: '/opt/atom', AWS_REGION: 'eu-west-1' })).toEqual(load({}));
  });
});
