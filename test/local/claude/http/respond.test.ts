import { describe, expect, it } from 'vitest';
import { ask, askAbout, claudeForTest, ticketParams } from '#test/local/claude/claude-client.ts';

describe('respond', () => {
  it('refuses what comes without the key, with a wrong one, or without a version it knows', async () => {
    const claude = claudeForTest();
    const json = ticketParams('Hello');
    const send = (headers: Record<string, string>) => ask(claude, '/v1/messages', { json, headers });

    const answers = [
      await send({ 'x-api-key': '' }),
      await send({ 'x-api-key': 'sk-ant-wrong' }),
      await send({ 'anthropic-version': '1999-01-01' }),
    ];

    expect(answers.map(({ status, body }) => [status, body.error.type])).toEqual([
      [401, 'authentication_error'],
      [401, 'authentication_error'],
      [400, 'invalid_request_error'],
    ]);
    expect(claude.stats.direct.messages).toBe(0);
  });

  it('takes the key as a bearer token and the newest version, as the SDK sends them', async () => {
    const claude = claudeForTest();
    const headers = {
      'x-api-key': '',
      authorization: `Bearer ${claude.apiKey}`,
      'anthropic-version': '2026-10-21',
    };
    expect((await ask(claude, '/v1/models', { headers })).status).toBe(200);
  });

  it('gives each answer an id, the same in the body of a failure', async () => {
    const claude = claudeForTest();
    const good = await askAbout(claude, 'Hello');
    const bad = await askAbout(claude, 'Hello', { max_tokens: 0 });

    expect(good.headers.get('request-id')).toMatch(/^req_/);
    expect(bad.body).toEqual({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringMatching(/^max_tokens: /) },
      request_id: bad.headers.get('request-id'),
    });
  });

  it('tells of the rate limits', async () => {
    const claude = claudeForTest();
    await askAbout(claude, 'Hello');
    const { headers, body } = await askAbout(claude, 'Hello');

    expect(headers.get('anthropic-ratelimit-requests-limit')).toBe('1000');
    expect(headers.get('anthropic-ratelimit-requests-remaining')).toBe('998');
    expect(headers.get('anthropic-ratelimit-input-tokens-remaining')).toBe(
      String(2_000_000 - 2 * body.usage.input_tokens),
    );
    expect(headers.get('anthropic-ratelimit-output-tokens-reset')).toBe('2026-11-01T12:01:00.000Z');
  });

  it('says 404 to a path that it does not have, and 400 to a method that a path does not take', async () => {
    const claude = claudeForTest();
    expect((await ask(claude, '/v1/nothing')).body.error.type).toBe('not_found_error');
    expect((await ask(claude, '/v1/messages', { method: 'DELETE' })).status).toBe(400);
  });

  it('refuses a body that is no JSON, and one of more than 32 MB', async () => {
    const claude = claudeForTest();
    const large = JSON.stringify({ text: 'ä'.repeat(17 * 1024 * 1024) });

    expect((await ask(claude, '/v1/messages', { json: '{"model":' })).body.error.message).toMatch(
      /not valid JSON/,
    );
    const refused = await ask(claude, '/v1/messages', { json: large });
    expect([refused.status, refused.body.error.type]).toEqual([413, 'request_too_large']);
  });

  it('counts tokens for nothing', async () => {
    const claude = claudeForTest();
    const { max_tokens, ...params } = ticketParams('Hello');
    const counted = await ask(claude, '/v1/messages/count_tokens', { json: params });
    const { body } = await askAbout(claude, 'Hello');

    expect(counted.body).toEqual({ input_tokens: body.usage.input_tokens });
    expect(claude.stats.direct.messages).toBe(1);
  });

  it('gives up its own spend limit with a 400', async () => {
    const claude = claudeForTest({ settings: { spendLimitUsd: 0.0001 } });
    await askAbout(claude, 'Hello');
    const { status, body } = await askAbout(claude, 'Hello');
    expect([status, body.error.type]).toEqual([400, 'invalid_request_error']);
    expect(body.error.message).toMatch(/usage limits/);
  });

  it('refuses requests beyond the limits of the minute once told to, until the minute is over', async () => {
    const limits = { requests: 2, inputTokens: 1_000_000, outputTokens: 1_000_000 };
    const claude = claudeForTest({ settings: { limits, enforceLimits: true } });
    claude.clock.ms += 20_000;
    await askAbout(claude, 'one');
    await askAbout(claude, 'two');

    const refused = await askAbout(claude, 'three');
    claude.clock.ms += 40_000;

    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '40']);
    expect((await askAbout(claude, 'three')).status).toBe(200);
  });

  it('is the same again from the same seed, and says that a stand-in answered', async () => {
    const [one, other] = await Promise.all(
      [1, 1].map(() => askAbout(claudeForTest({ seed: 7 }), 'The export fails.')),
    );
    expect(one?.body).toEqual(other?.body);
    expect(one?.body.id).toMatch(/^msg_standin_/);
    expect(JSON.parse(one?.body.content[0].text).summary).toMatch(/^\[stand-in\] /);
  });
});
