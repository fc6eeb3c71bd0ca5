import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createKeyFetch } from '#adapters/jwt/fetch-keys.ts';
import { createTokenVerifier } from '#adapters/jwt/verify-token.ts';
import { type IssuerShape, REFUSED, SHAPES } from './issuer-shapes.ts';

/** A server that looks like an issuer of this shape, which signs with the key of the day. */
async function startShaped(shape: IssuerShape) {
  const requests: string[] = [];
  const published: unknown[] = [...(shape.others ?? [])];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    const answers: Readonly<Record<string, unknown>> = {
      [`${shape.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`]: {
        issuer: shape.named?.(issuer) ?? issuer,
        jwks_uri: `${origin}${shape.keys}`,
        ...shape.document,
      },
      [shape.keys]: { keys: published },
    };
    const body = answers[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200).end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${origin}${shape.issuer}`;

  return {
    issuer,
    requests,
    /** Begins to sign with another key; keys of before stay published, as issuers keep them. */
    async rotate(kid: string) {
      const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
      const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
      published.push(shape.publish?.(jwk) ?? jwk);
      return (claims: JWTPayload = {}) => {
        const all = { iss: issuer, sub: 'someone', aud: 'atom-sync-clients', ...shape.claims, ...claims };
        return new SignJWT(JSON.parse(JSON.stringify(all)))
          .setProtectedHeader({ alg: 'RS256', kid })
          .setExpirationTime('1 hour')
          .sign(privateKey);
      };
    },
  };
}

describe.each(Object.entries(SHAPES))('An issuer like %s', (_name, shape) => {
  it('has its keys found, and its levels', async () => {
    const server = await startShaped(shape);
    const sign = await server.rotate('one');
    const options = {
      audiences: ['atom-sync-clients', 'machine-1'],
      levelsClaim: shape.claim,
      now: Date.now,
    };
    const verify = createTokenVerifier({ ...options, issuer: server.issuer });

    expect((await verify(await sign())).levels).toEqual(shape.levels);
    expect(server.requests).toEqual([
      `${shape.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
      shape.keys,
    ]);
    await expect(verify(await sign({ iss: 'https://evil.example.com' }))).rejects.toMatchObject({
      code: 'invalid_token',
    });
  });

  it('may sign with a new key', async () => {
    let now = Date.now();
    const server = await startShaped(shape);
    const signOld = await server.rotate('one');
    const audiences = ['atom-sync-clients', 'machine-1'];
    const options = { audiences, levelsClaim: shape.claim, now: () => now, issuer: server.issuer };
    const verify = createTokenVerifier(options);
    await verify(await signOld());
    const signNew = await server.rotate('two');

    now += 31_000;
    expect((await verify(await signNew())).levels).toEqual(shape.levels);
    expect((await verify(await signOld())).levels).toEqual(shape.levels);
    expect(server.requests).toHaveLength(3);
  });
});

describe('A discovery document', () => {
  it.each(Object.entries(REFUSED))('%s is refused, and an operator told why', async (_what, shape) => {
    const server = await startShaped(shape);
    await server.rotate('one');

    await expect(createKeyFetch({ issuer: server.issuer, now: Date.now })()).rejects.toThrow(shape.told);
    expect(server.requests).toHaveLength(1);
  });

  it('of an issuer elsewhere can’t send us to this computer', async () => {
    const asked: string[] = [];
    const send: typeof fetch = async (url) => {
      asked.push(String(url));
      return Response.json({ issuer: 'https://login.example.com', jwks_uri: 'http://127.0.0.1:9000/latest' });
    };

    const keys = createKeyFetch({ issuer: 'https://login.example.com', now: Date.now, fetch: send });

    await expect(keys()).rejects.toThrow(/no https address/);
    expect(asked).toEqual(['https://login.example.com/.well-known/openid-configuration']);
  });

  it('makes every token wait for it, with the reason in the cause', async () => {
    const server = await startShaped(REFUSED['of Entra for any tenant']!);
    const sign = await server.rotate('one');
    const options = { audiences: ['atom-sync-clients'], levelsClaim: 'roles', now: Date.now };
    const verify = createTokenVerifier({ ...options, issuer: server.issuer });

    await expect(verify(await sign())).rejects.toMatchObject({
      code: 'keys_unavailable',
      cause: { message: expect.stringContaining('{tenantid}') },
    });
  });
});
