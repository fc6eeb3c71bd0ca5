import { randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { type LoopbackServer, sendJson, startLoopbackServer } from '#local/guard/loopback-server.ts';
import { readPrivateJson, writePrivateJson } from '#local/services/private-file.ts';

/** Governance levels, the lowest first. */
export const LEVELS = ['STUDENT', 'INTERN', 'SUPERVISED', 'AUTONOMOUS'] as const;
type Level = (typeof LEVELS)[number];
/** One token for each governance level. */
export type LevelTokens = Record<Level, string>;

/** Issues the API's tokens, in place of Cognito. */
export type TokenIssuer = LoopbackServer & {
  /** `iss` of the tokens: the address that also serves their keys. */
  readonly issuer: string;
  readonly audience: string;
  /** A token of each level, good for 30 days. */
  mintTokens(): Promise<LevelTokens>;
};

const ALGORITHM = 'ES256';
const LIFETIME_DAYS = 30;

/**
 * Starts the issuer: OpenID configuration, public keys, and tokens in the form of Cognito's access tokens.
 *
 * @param options.path file of the key pair, mode 0600; the key survives a restart, the address need not.
 */
export async function startTokenIssuer(options: { path: string; audience: string }): Promise<TokenIssuer> {
  const jwk = await loadKey(options.path);
  const { d: _private, ...publicJwk } = jwk;
  const server = await startLoopbackServer((request, response) => {
    switch (request.url) {
      case '/.well-known/jwks.json':
        return sendJson(response, 200, { keys: [publicJwk] });
      case '/.well-known/openid-configuration':
        return sendJson(response, 200, openidConfiguration(server.url));
      default:
        return sendJson(response, 404, {
          message: 'There are only /.well-known/jwks.json and /.well-known/openid-configuration.',
        });
    }
  });
  const key = await importJWK(jwk, ALGORITHM);
  const mint = (level: Level) =>
    new SignJWT({
      'cognito:groups': [level],
      client_id: options.audience,
      token_use: 'access',
      username: `local-${level.toLowerCase()}`,
    })
      .setProtectedHeader({ alg: ALGORITHM, kid: jwk.kid })
      .setIssuer(server.url)
      .setSubject(`local-${level.toLowerCase()}`)
      .setAudience(options.audience)
      .setIssuedAt()
      .setExpirationTime(`${LIFETIME_DAYS} days`)
      .setJti(randomUUID())
      .sign(key);
  return {
    ...server,
    issuer: server.url,
    audience: options.audience,
    mintTokens: async () => {
      const tokens = await Promise.all(LEVELS.map(async (level) => [level, await mint(level)] as const));
      return Object.fromEntries(tokens) as LevelTokens;
    },
  };
}

async function loadKey(path: string): Promise<JWK> {
  const stored = readPrivateJson(path) as JWK | undefined;
  if (stored !== undefined) return stored;
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  const complete = { ...jwk, kid, alg: ALGORITHM, use: 'sig' };
  writePrivateJson(path, complete);
  return complete;
}

function openidConfiguration(url: string) {
  return {
    issuer: url,
    jwks_uri: `${url}/.well-known/jwks.json`,
    id_token_signing_alg_values_supported: [ALGORITHM],
    response_types_supported: ['token'],
    subject_types_supported: ['public'],
  };
}
