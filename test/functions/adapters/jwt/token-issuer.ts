import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { Level } from '#core/governance-level.ts';
import { createTokenEndpoint } from '#local/api/token-endpoint.ts';

const TOKEN_PATH = '/pool/oauth2/token';

type Key = { readonly privateKey: CryptoKey; readonly alg: string; readonly kid: string };

/** What a test changes about a token that would be good. */
export type TokenParts = {
  readonly claims?: JWTPayload;
  /** Names of claims that are left out. */
  readonly without?: readonly string[];
  readonly key?: Key;
  readonly header?: Record<string, unknown>;
};

/** A machine that the issuer knows, of the level INTERN. */
export const MACHINE = { id: 'agent-1', secret: 'machine-secret', level: Level.intern } as const;

/**
 * A real issuer on a real port: serves its discovery document and its public keys, signs tokens, and gives them to
 * {@link MACHINE} as Cognito does, without an audience.
 */
export async function startIssuer(audience: string) {
  const keys: JWK[] = [];
  const requests: string[] = [];
  let answer: { status: number; body?: string } | undefined;
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (request.url === TOKEN_PATH) return void giveToken(request, response);
    response.statusCode = answer?.status ?? 200;
    const isDiscovery = request.url === '/pool/.well-known/openid-configuration';
    const body = isDiscovery ? { issuer, jwks_uri: `${issuer}/keys` } : { keys };
    response.setHeader('content-type', 'application/json').end(answer?.body ?? JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pool`;

  const addKey = async (alg: string, kid: string, publish = true): Promise<Key> => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    if (publish) keys.push({ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' });
    return { privateKey, alg, kid };
  };
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  keys.push({ ...(await exportJWK(publicKey)), kid: 'rsa', alg: 'RS256', use: 'sig' });
  const rsa: Key = { privateKey, alg: 'RS256', kid: 'rsa' };

  const sign = ({ claims = {}, without = [], key = rsa, header = {} }: TokenParts = {}): Promise<string> =>
    new SignJWT(claimsOf(issuer, audience, claims, without))
      .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
      .sign(key.privateKey);

  const giveToken = createTokenEndpoint({
    clients: [MACHINE],
    lifetimeSeconds: 3_600,
    mint: ({ id }, scope) =>
      sign({ claims: { sub: id, client_id: id, scope }, without: ['aud', 'cognito:groups'] }),
  });

  return {
    issuer,
    tokenUrl: `${new URL(issuer).origin}${TOKEN_PATH}`,
    requests,
    rsa,
    addKey,
    sign,
    publicPem: await exportSPKI(publicKey),
    claims: (claims: JWTPayload = {}) => claimsOf(issuer, audience, claims, []),
    answerWith(next: { status: number; body?: string } | undefined) {
      answer = next;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type Issuer = Awaited<ReturnType<typeof startIssuer>>;

/** A token that no key has signed, whatever its header says. */
export function unsigned(header: object, payload: object, signature = ''): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode(header)}.${encode(payload)}.${signature}`;
}

function claimsOf(issuer: string, aud: string, claims: JWTPayload, without: readonly string[]): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  const groups = { 'cognito:groups': ['SUPERVISED'] };
  const all = { iss: issuer, aud, sub: 'user-1', iat: now, exp: now + 3600, ...groups, ...claims };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name)));
}
