import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createIssuerKeys } from '#adapters/jwt/issuer-keys.ts';
import { createTokenVerifier } from '#adapters/jwt/verify-token.ts';

const ISSUER = 'https://issuer.example.com/pool';
const DISCOVERY = `${ISSUER}/.well-known/openid-configuration`;
const KEYS = 'https://keys.example.com/pool';
const AUDIENCE = 'atom-sync-clients';
const START = Date.UTC(2026, 2, 2, 9);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

type Answer = 'keys' | 'down' | 'hangs' | 'error 500' | 'no json' | 'no key set' | 'redirect';
type KeyPair = { readonly jwk: JWK; readonly sign: (at: number) => Promise<string> };

async function makeKey(kid: string): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' };
  const sign = (at: number) =>
    new SignJWT({ sub: 'user-1' })
      .setProtectedHeader({ alg: 'ES256', kid })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setExpirationTime(Math.floor(at / 1_000) + 60)
      .sign(privateKey);
  return { jwk, sign };
}

describe('the issuer’s keys', () => {
  let first: KeyPair;
  let second: KeyPair;
  beforeAll(async () => {
    first = await makeKey('first');
    second = await makeKey('second');
  });

  let nowMs: number;
  let published: JWK[];
  let answer: Answer;
  let asked: number;
  let discovered: number;
  let verify: ReturnType<typeof createTokenVerifier>;
  beforeEach(() => {
    nowMs = START;
    published = [first.jwk];
    answer = 'keys';
    asked = 0;
    discovered = 0;
    verify = createTokenVerifier({
      issuer: ISSUER,
      audiences: [AUDIENCE],
      levelsClaim: 'cognito:groups',
      now: () => nowMs,
      fetch: send,
    });
  });
  const send: typeof fetch = async (url) => {
    // A failure is of whatever is asked for first: the document, or the keys where their address is known.
    if (String(url) === DISCOVERY && answer === 'keys') {
      discovered += 1;
      return Response.json({ issuer: ISSUER, jwks_uri: KEYS });
    }
    asked += 1;
    switch (answer) {
      case 'keys':
        return Response.json({ keys: published });
      case 'down':
        throw new TypeError('fetch failed');
      case 'hangs':
        nowMs += 3 * SECOND;
        throw new DOMException('The operation timed out.', 'TimeoutError');
      case 'error 500':
        return new Response('oops', { status: 500 });
      case 'redirect':
        return new Response(null, { status: 302, headers: { location: 'https://elsewhere.example.com' } });
      case 'no json':
        return new Response('<html>');
      case 'no key set':
        return Response.json({ keys: 1 });
    }
  };
  /** The code that a token of this key is refused with; `ok` when it is taken. */
  const ask = async (key: KeyPair) => {
    const token = await key.sign(nowMs);
    return verify(token).then(
      () => 'ok',
      (error: { code: string }) => error.code,
    );
  };

  it.each<Answer>(['down', 'hangs', 'error 500', 'redirect', 'no json', 'no key set'])(
    'stay in use for an hour beyond their hour when fetching anew fails: %s',
    async (failure) => {
      expect(await ask(first)).toBe('ok');
      answer = failure;
      const outcomes: string[] = [];
      for (const minutes of [59, 61, 90, 119]) {
        nowMs = START + minutes * MINUTE;
        outcomes.push(await ask(first));
      }
      expect(outcomes).toEqual(['ok', 'ok', 'ok', 'ok']);
      nowMs = START + 121 * MINUTE;
      expect(await ask(first)).toBe('keys_unavailable');
      answer = 'keys';
      nowMs += 30 * SECOND;
      expect(await ask(first)).toBe('ok');
    },
  );

  it('ask an issuer that fails at most twice a minute, and answer from the old set meanwhile', async () => {
    await ask(first);
    answer = 'down';
    asked = 0;
    for (let second = 0; second < 600; second += 1) {
      nowMs = START + 61 * MINUTE + second * SECOND;
      expect(await ask(first)).toBe('ok');
    }
    expect(asked).toBe(20);
  });

  it('are refused at once when a fetched set no longer has them', async () => {
    await ask(first);
    published = [second.jwk];
    nowMs = START + 31 * SECOND;
    // The new key is found by its id, and the old one is gone with the same fetch.
    expect(await ask(second)).toBe('ok');
    expect(await ask(first)).toBe('invalid_token');
    expect(asked).toBe(2);
  });

  it('are refused when they are gone after their hour, and when the set is empty', async () => {
    await ask(first);
    published = [];
    nowMs = START + 61 * MINUTE;
    expect(await ask(first)).toBe('invalid_token');
  });

  it('are asked for once for an id that is not known, and again after the cooldown', async () => {
    await ask(first);
    nowMs = START + 31 * SECOND;
    for (let n = 0; n < 50; n += 1) expect(await ask(second)).toBe('invalid_token');
    expect(asked).toBe(2);
    published = [first.jwk, second.jwk];
    nowMs += 29 * SECOND;
    expect(await ask(second)).toBe('invalid_token');
    nowMs += 2 * SECOND;
    expect(await ask(second)).toBe('ok');
    expect(asked).toBe(3);
  });

  it('can’t be had for an id that is not known while the issuer is down, and known ones go on', async () => {
    await ask(first);
    answer = 'down';
    nowMs = START + 31 * SECOND;
    for (let n = 0; n < 10; n += 1) {
      expect(await ask(second)).toBe('keys_unavailable');
      expect(await ask(first)).toBe('ok');
    }
    expect(asked).toBe(2);
  });

  it('can’t be had at a cold start with an issuer that is down, which is asked less and less often', async () => {
    answer = 'down';
    for (let second = 0; second < 300; second += 1) {
      nowMs = START + second * SECOND;
      expect(await ask(first)).toBe('keys_unavailable');
    }
    expect(asked).toBeLessThanOrEqual(16);
    answer = 'keys';
    nowMs += 30 * SECOND;
    expect(await ask(first)).toBe('ok');
  });

  it('are had again at once after a first failure', async () => {
    answer = 'error 500';
    expect(await ask(first)).toBe('keys_unavailable');
    answer = 'keys';
    expect(await ask(first)).toBe('ok');
  });

  it('let one caller in a cold start wait for an issuer that hangs, and not those after it', async () => {
    answer = 'hangs';
    for (let n = 0; n < 20; n += 1) expect(await ask(first)).toBe('keys_unavailable');
    expect(asked).toBe(1);
    nowMs += 3 * SECOND;
    expect(await ask(first)).toBe('keys_unavailable');
    expect(asked).toBe(2);
  });

  it('do not wait for a fetch that ignores its time-out', async () => {
    const keys = createIssuerKeys({
      issuer: ISSUER,
      now: () => nowMs,
      fetch: () => new Promise(() => undefined),
      timeoutMs: 5,
    });
    await expect(keys({ alg: 'ES256', kid: 'first' }, { payload: '', signature: '' })).rejects.toMatchObject({
      code: 'keys_unavailable',
    });
  });

  it('are fetched once for callers that come together', async () => {
    const together = await Promise.all(Array.from({ length: 20 }, () => ask(first)));
    expect([new Set(together), asked, discovered]).toEqual([new Set(['ok']), 1, 1]);
  });

  it('have their address looked up again with their hour, and not for an id that is not known', async () => {
    await ask(first);
    nowMs = START + 31 * SECOND;
    await ask(second);
    expect([asked, discovered]).toEqual([2, 1]);
    nowMs = START + 61 * MINUTE;
    await ask(first);
    expect([asked, discovered]).toEqual([3, 2]);
  });

  it('have their address looked up again after they were not to be had there', async () => {
    await ask(first);
    answer = 'error 500';
    nowMs = START + 31 * SECOND;
    expect(await ask(second)).toBe('keys_unavailable');
    answer = 'keys';
    nowMs = START + 62 * SECOND;
    expect(await ask(second)).toBe('invalid_token');
    expect([asked, discovered]).toEqual([3, 2]);
  });

  it('are not waited for by those who have old ones while somebody else fetches them', async () => {
    let answerNow = () => {};
    const isAnswered = new Promise<void>((done) => {
      answerNow = done;
    });
    const keys = createIssuerKeys({
      issuer: ISSUER,
      now: () => nowMs,
      timeoutMs: 300_000,
      fetch: async (url) => {
        if (url === DISCOVERY) return Response.json({ issuer: ISSUER, jwks_uri: KEYS });
        asked += 1;
        if (asked > 1) await isAnswered;
        return Response.json({ keys: published });
      },
    });
    const find = async () =>
      (await keys({ alg: 'ES256', kid: 'first' }, { payload: '', signature: '' })) !== undefined;
    await find();
    nowMs = START + 61 * MINUTE;
    const refreshing = find();
    expect(await find()).toBe(true);
    answerNow();
    expect([await refreshing, asked]).toEqual([true, 2]);
  });

  it.each([MINUTE, HOUR, 365 * 24 * HOUR])(
    'are fetched anew, or still good, when the clock goes back %i ms',
    async (ms) => {
      nowMs = START + ms;
      await ask(first);
      nowMs = START;
      expect(await ask(first)).toBe('ok');
      published = [second.jwk];
      nowMs = START + 31 * SECOND;
      expect(await ask(second)).toBe('ok');
    },
  );
});
