/** Who may call: OAuth clients with their tokens, and users with API tokens. */
import { scramble } from '#local/random.ts';

/** The shortest and the longest life that may be asked for, seconds. */
const MIN_LIFETIME_SECONDS = 300;
const MAX_LIFETIME_SECONDS = 172_800;

const RESOURCES = [
  'tickets',
  'users',
  'organizations',
  'hc',
  'apps',
  'triggers',
  'automations',
  'webhooks',
  'macros',
];
const KNOWN_SCOPES: ReadonlySet<string> = new Set([
  'read',
  'write',
  'impersonate',
  ...RESOURCES.flatMap((resource) => [`${resource}:read`, `${resource}:write`]),
]);

export type OAuthClient = {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The scopes that its tokens may have at most; `read` holds every `…:read`. Default `['read']`. */
  readonly scopes?: readonly string[];
  /** Life of a token that asks for none, seconds; null = for ever. Default 1,800, as for clients made since 2026-04-30. */
  readonly defaultLifetimeSeconds?: number | null;
};

export type ApiTokenUser = { readonly email: string; readonly apiToken: string };

/** A token that was given out. */
export type IssuedToken = {
  readonly id: number;
  readonly token: string;
  readonly clientId: string;
  readonly scope: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Epoch milliseconds; null = never. */
  readonly expiresAt: number | null;
};

/** Why a token was not given: the status and the OAuth error. */
export type TokenRefusal = { readonly status: number; readonly error: string; readonly description: string };

export type TokenRequest = {
  readonly grant_type?: unknown;
  readonly client_id?: unknown;
  readonly client_secret?: unknown;
  readonly scope?: unknown;
  readonly expires_in?: unknown;
};

type AccessOptions = {
  readonly clients: readonly OAuthClient[];
  readonly apiTokens: readonly ApiTokenUser[];
  readonly seed: number;
};

/** The keys to one account. */
export class Access {
  readonly #clients: readonly OAuthClient[];
  readonly #apiTokens: readonly ApiTokenUser[];
  readonly #seed: number;
  readonly #issued = new Map<string, IssuedToken>();
  #ended = new Set<string>();
  #count = 0;

  constructor({ clients, apiTokens, seed }: AccessOptions) {
    this.#clients = clients;
    this.#apiTokens = apiTokens;
    this.#seed = seed;
  }

  /** Gives out a token by the client credentials grant. */
  issue(request: TokenRequest, nowMs: number): IssuedToken | TokenRefusal {
    const client = this.#clients.find(
      ({ clientId, clientSecret }) =>
        clientId === request.client_id && clientSecret === request.client_secret,
    );
    const scope = typeof request.scope === 'string' && request.scope !== '' ? request.scope : 'read';
    const refusal = refusalOf(request, client, scope);
    if (refusal !== undefined || client === undefined) return refusal ?? UNKNOWN_CLIENT;
    const seconds = request.expires_in ?? defaultLifetime(client);
    this.#count += 1;
    const token = [0, 1, 2, 3].map((part) => hex(this.#seed, this.#count * 4 + part)).join('');
    const issued: IssuedToken = {
      id: this.#count,
      token,
      clientId: client.clientId,
      scope,
      createdAt: nowMs,
      expiresAt: typeof seconds === 'number' ? nowMs + seconds * 1000 : null,
    };
    this.#issued.set(token, issued);
    return issued;
  }

  /** A token that still works. */
  find(token: string, nowMs: number): IssuedToken | undefined {
    const issued = this.#issued.get(token);
    if (issued === undefined || this.#ended.has(token)) return undefined;
    return issued.expiresAt !== null && issued.expiresAt <= nowMs ? undefined : issued;
  }

  /** Ends one token, or all that were given out so far. Answers how many ended. */
  expire(token?: string): number {
    const before = this.#ended.size;
    const ending = token === undefined ? [...this.#issued.keys()] : [token];
    for (const one of ending) if (this.#issued.has(one)) this.#ended.add(one);
    return this.#ended.size - before;
  }

  /** True for the `email/token` and token of a user. */
  isApiToken(email: string, apiToken: string): boolean {
    return this.#apiTokens.some((user) => user.email === email && user.apiToken === apiToken);
  }

  /** Tokens given out so far, ended ones too. */
  issuedTokens(): IssuedToken[] {
    return [...this.#issued.values()];
  }
}

/** Whether a scope lets somebody read a resource; a scope that Zendesk does not know lets nobody do anything. */
export function mayRead(scope: string, resource: string): boolean {
  const scopes = scope.split(/\s+/);
  if (!scopes.every((one) => KNOWN_SCOPES.has(one))) return false;
  return scopes.includes('read') || scopes.includes(`${resource}:read`);
}

const UNKNOWN_CLIENT: TokenRefusal = {
  status: 401,
  error: 'invalid_client',
  description:
    'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
};

function refusalOf(
  request: TokenRequest,
  client: OAuthClient | undefined,
  scope: string,
): TokenRefusal | undefined {
  if (request.grant_type !== 'client_credentials')
    return {
      status: 400,
      error: 'unsupported_grant_type',
      description: 'The authorization grant type is not supported by the authorization server.',
    };
  if (client === undefined) return UNKNOWN_CLIENT;
  if (!isLifetime(request.expires_in))
    return {
      status: 400,
      error: 'invalid_request',
      description: `expires_in must be between ${MIN_LIFETIME_SECONDS} and ${MAX_LIFETIME_SECONDS} seconds.`,
    };
  const ceiling = client.scopes ?? ['read'];
  const isBeyond = scope.split(/\s+/).some((one) => KNOWN_SCOPES.has(one) && !isWithin(one, ceiling));
  if (!isBeyond) return undefined;
  return {
    status: 400,
    error: 'invalid_scope',
    description: 'The requested scope is invalid, unknown, or malformed.',
  };
}

function isLifetime(seconds: unknown): boolean {
  if (seconds === undefined) return true;
  return (
    typeof seconds === 'number' &&
    Number.isInteger(seconds) &&
    seconds >= MIN_LIFETIME_SECONDS &&
    seconds <= MAX_LIFETIME_SECONDS
  );
}

function isWithin(scope: string, ceiling: readonly string[]): boolean {
  const kind = scope.split(':')[1];
  return ceiling.includes(scope) || (kind !== undefined && ceiling.includes(kind));
}

function defaultLifetime({ defaultLifetimeSeconds = 1800 }: OAuthClient): number | null {
  return defaultLifetimeSeconds;
}

function hex(seed: number, index: number): string {
  return (
    scramble(Math.imul(seed, 0x9e3779b9) ^ index)
      .toString(16)
      .padStart(8, '0') +
    scramble(index ^ scramble(seed))
      .toString(16)
      .padStart(8, '0')
  );
}
