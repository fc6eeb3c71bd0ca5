import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LEVELS, startTokenIssuer } from '#local/api/token-issuer.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

async function start(path: string) {
  const issuer = await startTokenIssuer({ path, audience: 'aud' });
  onTestFinished(() => issuer.close(0));
  return issuer;
}

describe('Token issuer', () => {
  it('mints a token of each level that its published keys verify', async () => {
    // Prepare
    const issuer = await start(join(temporaryDirectory(), 'key.json'));
    const keys = createRemoteJWKSet(new URL(`${issuer.issuer}/.well-known/jwks.json`));

    // Act
    const tokens = await issuer.mintTokens();

    // Assess
    for (const level of LEVELS) {
      const { payload } = await jwtVerify(tokens[level], keys, { issuer: issuer.issuer, audience: 'aud' });
      expect(payload).toMatchObject({
        sub: `local-${level.toLowerCase()}`,
        'cognito:groups': [level],
        client_id: 'aud',
        token_use: 'access',
        jti: expect.any(String),
      });
      expect(Number(payload.exp) - Number(payload.iat)).toBe(30 * 86_400);
    }
  });

  it('publishes no private part, and an OpenID configuration that points to the keys', async () => {
    const { url } = await start(join(temporaryDirectory(), 'key.json'));
    const keys = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: object[] };
    expect(keys.keys[0]).not.toHaveProperty('d');
    expect(await (await fetch(`${url}/.well-known/openid-configuration`)).json()).toMatchObject({
      issuer: url,
      jwks_uri: `${url}/.well-known/jwks.json`,
    });
  });

  it('keeps its key over a restart, in a file that only its owner reads', async () => {
    // Prepare
    const path = join(temporaryDirectory(), 'key.json');
    const first = await start(path);

    // Act
    const second = await start(path);

    // Assess
    const keysOf = async (url: string) => (await fetch(`${url}/.well-known/jwks.json`)).json();
    expect(await keysOf(second.url)).toEqual(await keysOf(first.url));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
