import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createTokenEndpoints } from '#adapters/marketplace/tokens.ts';
import { MalformedAnswerError } from '#core/errors.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';
import { createLogSpy, failure } from './harness.ts';

const CURRENT = 'current-token-77aa';
const REQUEST = { authenticatedBy: CURRENT, instanceId: 'atom-test', description: 'of a test' };
const ISSUED = {
  token: 'new-token-99bb',
  instance_id: 'atom-test',
  created_at: '2026-02-19T10:30:00Z',
  expires_at: '2026-05-20T10:30:00Z',
};

/** The token endpoints of a server that gives this answer, on a virtual clock. */
function answering(body: unknown, status = 200) {
  const clock = createVirtualClock();
  const log = createLogSpy();
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const calls: string[] = [];
  const tokens = createTokenEndpoints({
    baseUrl: 'https://api.example.test',
    fetch: (async (_url: unknown, { method }: RequestInit) => {
      calls.push(String(method));
      return new Response(status === 204 ? null : text, { status });
    }) as typeof fetch,
    now: clock.now,
    sleep: clock.sleep,
    random: () => 0.5,
    timeoutMs: 30_000,
    log,
  });
  return { ...clock, log, tokens, calls };
}

describe('A token is issued only by an answer that', () => {
  it.each([
    ['is as agreed', ISSUED, Date.parse(ISSUED.created_at)],
    ['names no instance', { token: ISSUED.token, expires_at: ISSUED.expires_at }, undefined],
    ['has nulls', { ...ISSUED, instance_id: null, created_at: null, error: null, success: null }, undefined],
    ['has a start that is no date', { ...ISSUED, created_at: 5 }, undefined],
    ['says success: true', { ...ISSUED, success: true }, Date.parse(ISSUED.created_at)],
  ])('%s', async (_what, body, issuedAt) => {
    const s = answering(body, 201);
    expect(await s.run(s.tokens.issue(REQUEST))).toEqual({
      token: ISSUED.token,
      issuedAt,
      expiresAt: Date.parse(ISSUED.expires_at),
    });
  });

  it('takes a number for the name of an instance', async () => {
    const s = answering({ ...ISSUED, instance_id: 7 });
    const { token } = await s.run(s.tokens.issue({ ...REQUEST, instanceId: '7' }));
    expect(token).toBe(ISSUED.token);
  });

  it.each([
    ['is not {}', {}],
    ['is no error', { error: 'no more tokens' }],
    ['has no error beside the token', { ...ISSUED, error: 'no more tokens' }],
    ['does not say success: false', { ...ISSUED, success: false }],
    ['does not say success: "true"', { ...ISSUED, success: 'true' }],
    ['is for no other instance', { ...ISSUED, instance_id: 'another' }],
    ['is for an instance that can be read', { ...ISSUED, instance_id: { id: 'atom-test' } }],
    ['does not give back the token that asked', { ...ISSUED, token: CURRENT }],
    ['has a token', { ...ISSUED, token: undefined }],
    ['has no empty token', { ...ISSUED, token: '' }],
    ['has a token that is a text', { ...ISSUED, token: 12345 }],
    ['has a token that a header can carry', { ...ISSUED, token: 'blank in it' }],
    ['is no list', [ISSUED]],
    ['is not null', null],
    ['is not empty', ''],
    ['is no web page', '<html>Sign in</html>'],
  ])('%s', async (_what, body) => {
    const s = answering(body);
    const error = await s.run(failure(s.tokens.issue(REQUEST)));
    expect(error).toBeInstanceOf(MalformedAnswerError);
    const said = inspect([error, s.log.lines], { depth: 20, showHidden: true });
    for (const secret of [CURRENT, ISSUED.token, 'blank in it']) expect(said).not.toContain(secret);
  });

  it('is not a 204', async () => {
    const s = answering('', 204);
    expect(await s.run(failure(s.tokens.issue(REQUEST)))).toBeInstanceOf(MalformedAnswerError);
  });
});

describe('A token is accepted only by an answer that has categories', () => {
  it.each([[{ categories: [] }], [[]], [{ categories: [{ name: 'x' }], total: 1 }]])('%o', async (body) => {
    const s = answering(body);
    expect(await s.run(s.tokens.check(CURRENT))).toBe('accepted');
  });

  it.each([
    [{}],
    [{ error: 'token unknown' }],
    [{ success: false, categories: [] }],
    [{ categories: [], error: 'token unknown' }],
    [{ categories: null }],
    [null],
    ['"ok"'],
    ['<html>Sign in</html>'],
    [''],
  ])('and not by %o', async (body) => {
    const s = answering(body);
    expect(await s.run(failure(s.tokens.check(CURRENT)))).toBeInstanceOf(MalformedAnswerError);
  });
});

describe('A token is proven to be revoked', () => {
  it('by a 204', async () => {
    const s = answering('', 204);
    expect(await s.run(s.tokens.revoke('old-token', CURRENT))).toBe(true);
  });

  it.each([
    [200, {}],
    [200, { error: 'no such token' }],
    [200, { success: false }],
    [200, { success: true }],
    [200, ''],
    [200, '<html>Sign in</html>'],
    [201, { success: true }],
    [202, { status: 'accepted' }],
    [203, ''],
    [206, '{"succ'],
    [404, { error: 'not_found' }],
    [410, ''],
  ])('by no %i with %o, and asks once', async (status, body) => {
    const s = answering(body, status);
    expect(await s.run(s.tokens.revoke('old-token', CURRENT))).toBe(false);
    expect(s.calls).toEqual(['DELETE']);
  });
});
