import { createHmac, randomUUID } from 'node:crypto';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { Level, scopeOf } from '#core/governance-level.ts';
import type { MachineClient } from '#lib/settings/machine-clients.ts';
import {
  type LoopbackServer,
  type RequestHandler,
  sendJson,
  startLoopbackServer,
} from '#local/guard/loopback-server.ts';
import { readPrivateJson, writePrivateJson } from '#local/services/private-file.ts';
import { createTokenEndpoint, type TokenClient } from './token-endpoint.ts';

/** Governance levels, the lowest first. */
export const LEVELS = Object.values(Level);
/** One token for each governance level. */
export type LevelTokens = Record<Level, string>;

/** Issues the API's tokens, in place of Cognito. */
export type TokenIssuer = LoopbackServer & {
  /** `iss` of the tokens: the address that also serves their keys. */
  readonly issuer: string;
  readonly audience: string;
  /** A token of each level, good for 30 days. */
  mintTokens(): Promise<LevelTokens>;
  /** Where machines get their tokens. */
  readonly tokenUrl: string;
  /** Those of the settings by their names, and one of each level: `local-student` … */
  readonly machines: Readonly<Record<string, MachineCredentials>>;
};

/** What a machine gets its tokens with. */
export type MachineCredentials = { readonly client_id: string; readonly client_secret: string };

export type TokenIssuerOptions = {
  /** File of the key pair, mode 0600; the key survives a restart, the address need not. */
  readonly path: string;
  readonly audience: string;
  /** Those that the settings name. @default - none */
  readonly machines?: readonly MachineClient[];
};

/** What the names of the machines of each level begin with. No other machine's name may: they are told apart by it. */
export const LOCAL_PREFIX = 'local-';

const ALGORITHM = 'ES256';
const LIFETIME_DAYS = 30;
/** As the stack's own pool has it. */
const MACHINE_TOKEN_SECONDS = 12 * 3_600;
const TOKEN_PATH = '/oauth2/token';

/** Starts the issuer: OpenID configuration, public keys, and tokens in the form of Cognito's access tokens. */
export async function startTokenIssuer(options: TokenIssuerOptions): Promise<TokenIssuer> {
  const { audience } = options;
  const jwk = await loadKey(options.path);
  const key = await importJWK(jwk, ALGORITHM);
  const clients = clientsOf(options.machines ?? [], jwk);
  const sign = (subject: string, lifetime: string, claims: JWTPayload) =>
    new SignJWT({ client_id: audience, token_use: 'access', ...claims })
      .setProtectedHeader({ alg: ALGORITHM, kid: jwk.kid })
      .setIssuer(server.url)
      .setSubject(subject)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(lifetime)
      .setJti(randomUUID())
      .sign(key);
  const giveToken = createTokenEndpoint({
    clients,
    lifetimeSeconds: MACHINE_TOKEN_SECONDS,
    mint: ({ id }, scope) => sign(id, `${MACHINE_TOKEN_SECONDS} s`, { client_id: id, scope }),
  });
  const server = await startServer(jwk, giveToken);
  return {
    ...server,
    issuer: server.url,
    audience,
    tokenUrl: `${server.url}${TOKEN_PATH}`,
    machines: Object.fromEntries(
      clients.map(({ id, secret }) => [id, { client_id: id, client_secret: secret }]),
    ),
    mintTokens: async () => {
      const tokens = LEVELS.map(async (level) => {
        const username = localName(level);
        const claims = { 'cognito:groups': [level], username };
        return [level, await sign(username, `${LIFETIME_DAYS} days`, claims)] as const;
      });
      return Object.fromEntries(await Promise.all(tokens)) as LevelTokens;
    },
  };
}

function startServer(jwk: JWK, giveToken: RequestHandler): Promise<LoopbackServer> {
  const { d: _private, ...publicJwk } = jwk;
  const starting = startLoopbackServer(async (request, response) => {
    switch (request.url) {
      case '/.well-known/jwks.json':
        return sendJson(response, 200, { keys: [publicJwk] });
      case '/.well-known/openid-configuration':
        return sendJson(response, 200, openidConfiguration((await starting).url));
      case TOKEN_PATH:
        return giveToken(request, response);
      default:
        return sendJson(response, 404, {
          message: `There are only /.well-known/jwks.json, /.well-known/openid-configuration and ${TOKEN_PATH}.`,
        });
    }
  });
  return starting;
}

/** The machines of the settings, and one of each level. A secret lasts as long as the key that it is made of. */
function clientsOf(machines: readonly MachineClient[], jwk: JWK): TokenClient[] {
  const all = [...LEVELS.map((level) => ({ name: localName(level), level })), ...machines];
  return all.map(({ name, level }) => {
    const secret = createHmac('sha256', String(jwk.d)).update(name).digest('base64url');
    return { id: name, secret, level };
  });
}

function localName(level: Level): string {
  return `${LOCAL_PREFIX}${level.toLowerCase()}`;
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
    token_endpoint: `${url}${TOKEN_PATH}`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    scopes_supported: LEVELS.map(scopeOf),
    id_token_signing_alg_values_supported: [ALGORITHM],
    response_types_supported: ['token'],
    subject_types_supported: ['public'],
  };
}
