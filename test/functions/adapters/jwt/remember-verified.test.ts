import { createLocalJWKSet, exportJWK, generateKeyPair, type JWK, type JWTVerifyGetKey, SignJWT } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rememberVerified, type VerifyJwt } from '#adapters/jwt/remember-verified.ts';

const SECOND = 1_000;
const START = Date.UTC(2026, 2, 2, 9);

async function makeKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: 'ES256' };
  const sign = (subject: string, notBefore = START) =>
    new SignJWT({ sub: subject })
      .setProtectedHeader({ alg: 'ES256', kid })
      .setNotBefore(notBefore / SECOND)
      .setExpirationTime(START / SECOND + 60)
      .sign(privateKey);
  return { jwk, sign };
}

describe('A check that remembers', () => {
  let key: Awaited<ReturnType<typeof makeKey>>;
  let other: Awaited<ReturnType<typeof makeKey>>;
  beforeAll(async () => {
    key = await makeKey('key');
    other = await makeKey('key');
  });

  let nowMs: number;
  let issued: JWTVerifyGetKey;
  /** How often a key was given out whose signature was then checked. */
  let lookedAt: string[];
  let verify: VerifyJwt;
  beforeEach(() => {
    nowMs = START;
    issued = createLocalJWKSet({ keys: [key.jwk] });
    lookedAt = [];
    verify = rememberVerified(
      (header, token) => {
        lookedAt.push(token.signature === '' ? 'known' : 'new');
        return issued(header, token);
      },
      () => nowMs,
      2,
    );
  });
  const ask = async (token: string) => {
    const options = { clockTolerance: 5, currentDate: new Date(nowMs) };
    return verify(token, options).then(
      ({ sub }) => sub,
      ({ code }: { code: string }) => code,
    );
  };

  it('checks a signature once', async () => {
    const token = await key.sign('a');
    expect(await ask(token)).toBe('a');
    expect(await ask(token)).toBe('a');
    expect(await ask(token)).toBe('a');
    expect(lookedAt).toEqual(['new', 'known', 'known']);
  });

  it('checks each token by itself, and refuses one that was changed', async () => {
    const token = await key.sign('a');
    expect(await ask(token)).toBe('a');
    expect(await ask(await key.sign('b'))).toBe('b');
    const [head, , signature] = token.split('.');
    const forged = Buffer.from(JSON.stringify({ sub: 'admin', exp: START })).toString('base64url');
    for (const wrong of [`${head}.${forged}.${signature}`, `${token.slice(0, -8)}AAAAAAAA`]) {
      expect(await ask(wrong)).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
      expect(await ask(wrong)).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
    }
    expect(await ask(token)).toBe('a');
  });

  it('refuses a token when it expires, with the tolerance of the check', async () => {
    const token = await key.sign('a');
    expect(await ask(token)).toBe('a');
    nowMs = START + 65 * SECOND - 1;
    expect(await ask(token)).toBe('a');
    expect(lookedAt).toEqual(['new', 'known']);
    nowMs += 1;
    expect(await ask(token)).toBe('ERR_JWT_EXPIRED');
    expect(await ask(token)).toBe('ERR_JWT_EXPIRED');
  });

  it('checks anew where the clock was set back', async () => {
    nowMs = START + 10 * SECOND;
    const token = await key.sign('a');
    expect(await ask(token)).toBe('a');
    nowMs = START - 10 * SECOND;
    expect(await ask(token)).toBe('ERR_JWT_CLAIM_VALIDATION_FAILED');
  });

  it('refuses a token whose key the issuer no longer has, or has another of that name', async () => {
    const token = await key.sign('a');
    expect(await ask(token)).toBe('a');
    issued = createLocalJWKSet({ keys: [key.jwk] });
    expect(await ask(token)).toBe('a');
    expect(lookedAt).toEqual(['new', 'known', 'new']);
    issued = createLocalJWKSet({ keys: [other.jwk] });
    expect(await ask(token)).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
    issued = createLocalJWKSet({ keys: [] });
    expect(await ask(token)).toBe('ERR_JWKS_NO_MATCHING_KEY');
    issued = createLocalJWKSet({ keys: [key.jwk] });
    expect(await ask(token)).toBe('a');
  });

  it('fails with the keys', async () => {
    const token = await key.sign('a');
    expect(await ask(token)).toBe('a');
    issued = () => Promise.reject(Object.assign(new Error('down'), { code: 'down' }));
    expect(await ask(token)).toBe('down');
  });

  it('forgets those first that nobody sent again', async () => {
    const [a, b, c] = [await key.sign('a'), await key.sign('b'), await key.sign('c')];
    for (const token of [a, b, a, c]) await ask(token);
    lookedAt = [];
    for (const token of [a, c, b]) await ask(token);
    expect(lookedAt).toEqual(['known', 'known', 'new']);
  });
});
