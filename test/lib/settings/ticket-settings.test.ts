import { describe, expect, it } from 'vitest';
import { loadSettings, type RawSettings, SettingsError } from '#lib/settings/settings.ts';
import { hasTickets, TICKET_SECRETS } from '#lib/settings/ticket-settings.ts';

const load = (env: RawSettings) => loadSettings(env, { dotenv: false });

function problemsOf(env: RawSettings): readonly string[] {
  try {
    load(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('The settings of the tickets', () => {
  it('are on where there is a Zendesk, and off where there is none or they are switched off', () => {
    expect(hasTickets(load({}))).toBe(false);
    expect(hasTickets(load({ TICKETS_ENABLED: 'false' }))).toBe(false);
    expect(hasTickets(load({ ZENDESK_SUBDOMAIN: 'acme' }))).toBe(true);
    expect(hasTickets(load({ ZENDESK_API_URL: 'https://acme.zendesk.com' }))).toBe(true);
    expect(hasTickets(load({ ZENDESK_SUBDOMAIN: 'acme', TICKETS_ENABLED: 'no' }))).toBe(false);
  });

  it('are not on without a Zendesk', () => {
    expect(problemsOf({ TICKETS_ENABLED: 'true' })).toEqual([
      'TICKETS_ENABLED is true, but neither ZENDESK_SUBDOMAIN nor ZENDESK_API_URL is set.',
    ]);
  });

  it('take the address from the subdomain', () => {
    expect(load({ ZENDESK_SUBDOMAIN: 'acme-2' })).toMatchObject({
      ZENDESK_SUBDOMAIN: 'acme-2',
      ZENDESK_API_URL: 'https://acme-2.zendesk.com',
    });
  });

  it.each([
    ['https://acme.zendesk.com/', 'acme'],
    ['https://ACME.zendesk.com', 'acme'],
    ['https://zendesk.example.com:8443/base', 'zendesk-example-com'],
    ['http://127.0.0.1:49152', '127-0-0-1'],
    ['http://localhost:1', 'localhost'],
    ['http://[::1]:8080', 'host-1'],
    [`https://${'a'.repeat(60)}.example.com`, `host-${'a'.repeat(58)}`],
  ])('take the subdomain from %s', (url, subdomain) => {
    expect(load({ ZENDESK_API_URL: url }).ZENDESK_SUBDOMAIN).toBe(subdomain);
  });

  it('keep a subdomain of their own beside an address that is no Zendesk’s, and refuse one of another account', () => {
    expect(load({ ZENDESK_SUBDOMAIN: 'acme', ZENDESK_API_URL: 'http://127.0.0.1:1' })).toMatchObject({
      ZENDESK_SUBDOMAIN: 'acme',
      ZENDESK_API_URL: 'http://127.0.0.1:1',
    });
    expect(problemsOf({ ZENDESK_SUBDOMAIN: 'acme', ZENDESK_API_URL: 'https://acme.zendesk.com' })).toEqual(
      [],
    );
    expect(problemsOf({ ZENDESK_SUBDOMAIN: 'acme', ZENDESK_API_URL: 'https://other.zendesk.com' })).toEqual([
      'ZENDESK_SUBDOMAIN is "acme", but ZENDESK_API_URL is that of another account.',
    ]);
  });

  const ranges: [string, string[], string[]][] = [
    ['ZENDESK_SUBDOMAIN', ['ab', '0a-', 'a'.repeat(63)], ['a', '-ab', 'Acme', 'a.b', 'a'.repeat(64)]],
    [
      'ZENDESK_API_URL',
      ['http://[::1]:1', 'https://z.example.com'],
      ['http://z.example.com', 'acme', 'ftp://x'],
    ],
    ['ZENDESK_AUTH', ['oauth', 'token'], ['basic', 'OAuth']],
    ['ZENDESK_REQUESTS_PER_MINUTE', ['1', '30'], ['0', '31', '1.5']],
    ['ZENDESK_PAGE_SIZE', ['100', '1000'], ['99', '1001']],
    ['TICKET_BACKFILL_DAYS', ['1', '730'], ['0', '731']],
    ['TICKET_SYNC_INTERVAL_MINUTES', ['0', '15', '1440'], ['1', '14', '1441', '-1', '60.0']],
    ['TICKET_TEXT', ['first', 'public'], ['all']],
    ['TICKET_RAW_RETENTION_DAYS', ['0', '730'], ['731', '-1']],
    ['TICKET_ANALYZE_BATCH_SIZE', ['1', '10000'], ['0', '10001']],
    ['TICKET_DIRECT_MAX', ['0', '10000'], ['10001']],
    ['TICKET_CLUSTER_RESOLUTION', ['0.5', '2', '7.25', '8'], ['0.49', '8.1', '.5']],
    ['TICKET_MIN_CLUSTER_REQUESTERS', ['1', '50'], ['0', '51']],
    [
      'ANTHROPIC_BASE_URL',
      ['http://127.0.0.1:1', 'https://c.example.com'],
      ['http://c.example.com', 'claude'],
    ],
    ['CLAUDE_ANALYSIS_MODEL', ['claude-haiku-4-5-20251001', 'x'], ['', ' x', 'a b'].slice(1)],
    ['CLAUDE_LABEL_MODEL', ['claude-opus-5-5'], ['m'.repeat(101)]],
    ['CLAUDE_EFFORT', ['low', 'medium', 'high'], ['max']],
    ['CLAUDE_MODE', ['auto', 'batch', 'direct'], ['both']],
    [
      'CLAUDE_BUDGET_USD_PER_DAY',
      ['0', '0.01', '10000'],
      ['-1', '10000.01', '1e3', '0.0000001', '2,5', '$2'],
    ],
    ['CLAUDE_BUDGET_USD_PER_MONTH', ['0', '20.5', '10000'], ['10001']],
    ['CLAUDE_BUDGET_USD_PER_RUN', ['0', '0.000001'], ['01']],
    ['TICKET_BRANDS', ['1', '1,2', '1, 2'], ['1,1', 'x', '1,', '01']],
    ['TICKET_FORMS', ['360000000001'], ['-1']],
    ['TICKET_EXCLUDE_TAGS', ['spam', 'a_b,c-d/e'], ['Spam', 'two words', 'a,,b']],
    ['TICKET_PRODUCT_AREAS', ['billing: invoices', 'a: b; c/d: e\nf: g'], ['billing', 'a: b; a: c']],
  ];

  it.each(ranges)('take %s in its range only', (name, good, bad) => {
    for (const value of good) expect(problemsOf({ [name]: value }), value).toEqual([]);
    for (const value of bad) {
      const [problem, ...others] = problemsOf({ [name]: value });
      expect(problem, value).toMatch(new RegExp(`^${name} is ".*"; it must be .+\\.$`, 's'));
      expect(others).toEqual([]);
    }
  });

  it.each(['TICKET_BRANDS', 'TICKET_FORMS', 'TICKET_EXCLUDE_TAGS'])('take up to 50 in %s', (name) => {
    const list = (length: number) => Array.from({ length }, (_, n) => String(n + 1)).join(',');
    expect(problemsOf({ [name]: list(50) })).toEqual([]);
    expect(problemsOf({ [name]: list(51) })).toHaveLength(1);
  });

  it.each([
    'https://hooks.example.com/atom',
    'http://127.0.0.1:9000/hook',
    'http://localhost:9000',
    'https://93.184.215.14/hook',
  ])('take the webhook %s', (url) => {
    expect(load({ TICKET_WEBHOOK_URL: url }).TICKET_WEBHOOK_URL).toBe(url);
  });

  it.each([
    'http://hooks.example.com',
    'https://10.0.0.1/hook',
    'https://169.254.169.254/latest',
    'https://2852039166/',
    'https://0x0a000001/',
    'https://192.168.1.1./',
    'https://[fd00::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://user:password@hooks.example.com',
    'https://hooks.example.com/?key=1',
  ])('refuse the webhook %s', (url) => {
    expect(problemsOf({ TICKET_WEBHOOK_URL: url })).toHaveLength(1);
  });

  it('want both parts of a credential', () => {
    expect(problemsOf({ ZENDESK_OAUTH_CLIENT_ID: 'atom' })).toEqual([
      'ZENDESK_OAUTH_CLIENT_SECRET is not set; ZENDESK_OAUTH_CLIENT_ID and ZENDESK_OAUTH_CLIENT_SECRET must be set both or neither.',
    ]);
    expect(problemsOf({ ZENDESK_API_TOKEN: 't', ZENDESK_AUTH: 'token' })).toEqual([
      'ZENDESK_EMAIL is not set; ZENDESK_EMAIL and ZENDESK_API_TOKEN must be set both or neither.',
    ]);
  });

  it('show no credential', () => {
    const env = Object.fromEntries(TICKET_SECRETS.map((name) => [name, 'hunter2 hunter2']));
    const problems = problemsOf(env);
    expect(problems).toHaveLength(TICKET_SECRETS.length);
    for (const problem of problems) expect(problem).toContain(' is (hidden); it must be ');
    expect(problems.join('\n')).not.toContain('hunter2');
  });
});
