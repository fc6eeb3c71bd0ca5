import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '#local/zendesk/settings.ts';
import { createScene, EXPORT } from '#test/local/zendesk/zendesk-client.ts';

const EXPORT_ALL = `${EXPORT}?start_time=0`;
const EVENTS = '/api/v2/incremental/ticket_events.json?start_time=0';
const { incrementalPerMinute, accountPerMinute } = DEFAULT_SETTINGS;

describe('The limit of exports', () => {
  it('is ten a minute over all exports, and has room again when the first is a minute old', async () => {
    const { ask, pass, zendesk } = createScene({ settings: { incrementalPerMinute } });
    const statuses = [];
    for (let call = 0; call < 5; call += 1)
      statuses.push((await ask(EXPORT_ALL)).status, (await ask(EVENTS)).status);
    expect(statuses).toEqual(Array(10).fill(200));
    pass(20.5);
    const refused = await ask(EXPORT_ALL);
    expect([refused.status, refused.headers.get('retry-after'), refused.body]).toEqual([
      429,
      '40',
      {
        error: 'APIRateLimitExceeded',
        description: 'Number of allowed incremental export API requests per minute exceeded',
      },
    ]);
    expect((await ask('/api/v2/users/me.json')).status).toBe(200);
    pass(39.5);
    expect((await ask(EXPORT_ALL)).status).toBe(200);
    expect(zendesk.stats.maxPerMinute('incremental')).toBe(11);
  });

  it('counts no other calls', async () => {
    const { ask } = createScene({ settings: { incrementalPerMinute: 1 } });
    await ask('/api/v2/users/me.json');
    expect((await ask(EXPORT_ALL)).status).toBe(200);
  });

  it('is told in both families of headers', async () => {
    const { ask, pass } = createScene({ settings: { incrementalPerMinute, accountPerMinute } });
    await ask(EXPORT_ALL);
    pass(58);
    const { headers } = await ask(EXPORT_ALL);
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-rate-limit': '700',
      'x-rate-limit-remaining': '698',
      'ratelimit-limit': '700',
      'ratelimit-remaining': '698',
      'ratelimit-reset': '2',
      'zendesk-ratelimit-incremental-exports': 'total=10; remaining=8; resets=2',
      'zendesk-ratelimit-incremental-exports-cursor': 'total=10; remaining=8; resets=2',
    });
  });

  it.each([
    ['seen', true, false],
    ['documented', false, true],
    ['none', false, false],
  ] as const)('is told as the settings say: %s', async (rateHeaders, isSeen, isDocumented) => {
    const { ask } = createScene({ settings: { incrementalPerMinute, rateHeaders } });
    const { headers } = await ask(EXPORT_ALL);
    expect([
      headers.has('zendesk-ratelimit-incremental-exports'),
      headers.has('zendesk-ratelimit-incremental-exports-cursor'),
    ]).toEqual([isSeen, isDocumented]);
  });

  it('may be refused in plain text, without a Retry-After', async () => {
    const tooMany = { body: 'text', retryAfter: 'absent' } as const;
    const { ask } = createScene({ settings: { incrementalPerMinute: 1, tooMany } });
    await ask(EXPORT_ALL);
    const { status, text, headers } = await ask(EXPORT_ALL);
    expect([status, text, headers.get('retry-after')]).toEqual([
      429,
      'Number of allowed API requests per minute exceeded',
      null,
    ]);
    expect(headers.get('zendesk-ratelimit-incremental-exports')).toBe('total=1; remaining=0; resets=60');
  });

  it('counts each account for itself, and nobody who is not let in', async () => {
    const { ask } = createScene({
      others: [{ subdomain: 'atom1234' }],
      settings: { incrementalPerMinute: 1 },
    });
    await ask(EXPORT_ALL, { headers: { authorization: 'Bearer nothing' } });
    expect((await ask(EXPORT_ALL)).status).toBe(200);
    expect((await ask(`https://atom1234.zendesk.com${EXPORT_ALL}`)).status).toBe(200);
    expect((await ask(EXPORT_ALL)).status).toBe(429);
  });
});

describe('The limit of the account', () => {
  it('holds for all calls together', async () => {
    const { ask } = createScene({ settings: { accountPerMinute: 2 } });
    expect((await ask(EXPORT_ALL)).status).toBe(200);
    expect((await ask('/api/v2/users/me.json')).status).toBe(200);
    const { status, body } = await ask('/api/v2/ticket_fields.json');
    expect([status, body.description]).toEqual([429, 'Number of allowed API requests per minute exceeded']);
  });
});
