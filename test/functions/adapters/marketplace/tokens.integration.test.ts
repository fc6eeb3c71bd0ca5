import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createTokenEndpoints } from '#adapters/marketplace/tokens.ts';
import {
  MalformedAnswerError,
  MarketplaceAuthError,
  MarketplaceRefusedError,
  MarketplaceUnavailableError,
} from '#core/errors.ts';
import { createLogSpy } from './harness.ts';
import { realSleep, serve, simulate } from './real-servers.ts';

const TOKEN = 'first-token-77aa';
const request = { authenticatedBy: TOKEN, instanceId: 'atom-test', description: 'of a test' };

function connectTo(baseUrl: string) {
  const log = createLogSpy();
  const tokens = createTokenEndpoints({
    baseUrl,
    fetch,
    now: Date.now,
    // Backoffs pass at once, the time-out in real time.
    sleep: (ms, signal) => realSleep(ms > 400 ? 0 : ms, signal),
    random: () => 0.5,
    timeoutMs: 400,
    log,
  });
  return { log, tokens };
}

async function start() {
  const marketplace = await simulate({ token: TOKEN });
  return { marketplace, ...connectTo(marketplace.url) };
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('issue', () => {
  it('gives a token that works, and tells until when', async () => {
    const { marketplace, tokens } = await start();
    const { token, expiresAt } = await tokens.issue(request);
    expect(marketplace.tokens.list()).toEqual([TOKEN, token]);
    expect(expiresAt).toBeGreaterThan(Date.now());
    expect(await tokens.check(token)).toBe('accepted');
  });

  it('sends instance and description as JSON', async () => {
    const bodies: unknown[] = [];
    const { url } = await serve(async (incoming, response) => {
      let text = '';
      for await (const chunk of incoming) text += chunk;
      bodies.push([incoming.headers['content-type'], JSON.parse(text)]);
      response.end('{"token":"new-one"}');
    });
    expect(await connectTo(url).tokens.issue(request)).toEqual({ token: 'new-one', expiresAt: undefined });
    expect(bodies).toEqual([['application/json', { instance_id: 'atom-test', description: 'of a test' }]]);
  });

  it('asks again when the answer was lost', async () => {
    const { marketplace, tokens } = await start();
    marketplace.faults.add({ kind: 'reset', route: 'mint_token', afterCommit: true });
    const { token } = await tokens.issue(request);
    expect(marketplace.tokens.list()).toHaveLength(3);
    expect(marketplace.tokens.list()).toContain(token);
  });

  it('fails when the token that asks is refused', async () => {
    const { tokens } = await start();
    expect(await failure(tokens.issue({ ...request, authenticatedBy: 'wrong' }))).toBeInstanceOf(
      MarketplaceAuthError,
    );
  });

  it.each(['{"token":""}', '{"token":"with space"}', '{"instance_id":"x"}', '[]'])(
    'refuses the answer %s without quoting it',
    async (body) => {
      const { url } = await serve((_, response) => response.end(body));
      const error = await failure(connectTo(url).tokens.issue(request));
      expect(error).toBeInstanceOf(MalformedAnswerError);
      expect(inspect(error)).not.toContain('with space');
    },
  );
});

describe('a 2xx that confirms nothing', () => {
  it.each(['instance_other', 'success_false', 'error_beside', 'empty_object', 'null'] as const)(
    'issues no token when it has the shape %s',
    async (shape) => {
      const { marketplace, tokens } = await start();
      marketplace.faults.add({ kind: 'shape', shape, route: 'mint_token', times: 'always' });
      expect(await failure(tokens.issue(request))).toBeInstanceOf(MalformedAnswerError);
    },
  );

  it('revokes nothing, as the token itself shows', async () => {
    const { marketplace, tokens } = await start();
    const { token } = await tokens.issue(request);
    marketplace.faults.add({ kind: 'status', status: 200, body: { error: 'no' }, route: 'revoke_token' });
    expect(await tokens.revoke(TOKEN, token)).toBe(false);
    expect(await tokens.check(TOKEN)).toBe('accepted');
    marketplace.faults.add({ kind: 'status', status: 202, afterCommit: true, route: 'revoke_token' });
    expect(await tokens.revoke(TOKEN, token)).toBe(false);
    expect(await tokens.check(TOKEN)).toBe('rejected');
  });
});

describe('check', () => {
  it('tells a token that is refused from one that works, in one request each', async () => {
    const { marketplace, tokens } = await start();
    expect(await tokens.check(TOKEN)).toBe('accepted');
    expect(await tokens.check('wrong')).toBe('rejected');
    expect(marketplace.stats.requests).toBe(2);
  });

  it('tells neither in an outage', async () => {
    const { marketplace, tokens } = await start();
    marketplace.faults.add({ kind: 'status', status: 503, times: 'always' });
    expect(await failure(tokens.check(TOKEN))).toBeInstanceOf(MarketplaceUnavailableError);
  });
});

describe('revoke', () => {
  it('ends a token, and tells when there was none', async () => {
    const { marketplace, tokens } = await start();
    const { token } = await tokens.issue(request);
    expect(await tokens.revoke(TOKEN, token)).toBe(true);
    expect(await tokens.revoke(TOKEN, token)).toBe(false);
    expect(marketplace.tokens.list()).toEqual([token]);
  });

  it('ends a token that looks like more than a segment of a path, and no other', async () => {
    const { marketplace, tokens } = await start();
    const odd = '../tokens/a?b#c%2f';
    marketplace.tokens.accept(odd);
    expect(await tokens.revoke(odd, TOKEN)).toBe(true);
    expect(marketplace.tokens.list()).toEqual([TOKEN]);
  });

  it('is content when its answer was lost', async () => {
    const { marketplace, tokens } = await start();
    const { token } = await tokens.issue(request);
    marketplace.faults.add({ kind: 'reset', route: 'revoke_token', afterCommit: true });
    expect(await tokens.revoke(TOKEN, token)).toBe(false);
    expect(marketplace.tokens.list()).toEqual([token]);
  });

  it.each([
    [401, MarketplaceAuthError],
    [403, MarketplaceAuthError],
    [405, MarketplaceRefusedError],
    [503, MarketplaceUnavailableError],
  ])('shows the token neither in the error of a %s nor in the log', async (status, type) => {
    const { marketplace, tokens, log } = await start();
    marketplace.faults.add({ kind: 'status', status, times: 'always' });
    const error = await failure(tokens.revoke('secret-to-revoke', TOKEN));
    expect(error).toBeInstanceOf(type);
    const said = inspect([error, log.lines], { depth: 20, showHidden: true });
    for (const secret of ['secret-to-revoke', TOKEN]) expect(said).not.toContain(secret);
  });
});
