import * as z from 'zod';
import type { Log } from '#core/log.ts';
import { isSendable } from '#core/marketplace/marketplace-token.ts';
import type { SecretSource } from '#core/secret-source.ts';
import type { Now } from '#core/time/clock.ts';
import { ZendeskAuthError, ZendeskMalformedError } from './errors.ts';
import type { ZendeskRequest } from './request.ts';

/** What the secret of Zendesk holds; empty until an operator puts it in. */
export const zendeskCredentialsSchema = z.object({
  client_id: z.string().default(''),
  client_secret: z.string().default(''),
  email: z.string().default(''),
  api_token: z.string().default(''),
});
export type ZendeskCredentials = z.output<typeof zendeskCredentialsSchema>;

/** How an operator puts the credentials in. */
export const ZENDESK_REMEDY = `Put them into the secret of the stack’s output ZendeskSecretArn with: aws secretsmanager put-secret-value --secret-id <ZendeskSecretArn> --secret-string '{"client_id": "<id>", "client_secret": "<secret>"}'`;

/** OAuth client credentials, or the API token of a user. */
export const ZendeskAuth = { oauth: 'oauth', token: 'token' } as const;
export type ZendeskAuth = (typeof ZendeskAuth)[keyof typeof ZendeskAuth];

/**
 * The header `authorization` of one request. `refused`: the one that was answered 401; another one is got then, past
 * every cache.
 */
export type Authorize = (options: {
  readonly refused?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}) => Promise<string>;

export type AccessDeps = {
  readonly credentials: SecretSource<ZendeskCredentials>;
  readonly now: Now;
  readonly log: Log;
  /** Makes the call that gives out a token. */
  readonly requestToken: (request: ZendeskRequest<IssuedToken>) => Promise<IssuedToken>;
};

/** `lifetimeSeconds`: how long it lasts; undefined where the answer did not say. */
type IssuedToken = { readonly token: string; readonly lifetimeSeconds: number | undefined };

/** What a token is asked to last: the longest that a run's invocation may, several times over. */
const LIFETIME_SECONDS = 3_600;
/** What a token lasts whose answer does not say: the shortest default that Zendesk has. */
const UNKNOWN_LIFETIME_SECONDS = 1_800;
/** A token is not used in its last minute: it could expire on its way. */
const SPARE_MS = 60_000;

/** Access by OAuth client credentials: tokens are kept in memory until they expire, and never written down. */
export function createOAuthAccess(deps: AccessDeps): Authorize {
  let current: { readonly header: string; readonly until: number } | undefined;
  return async ({ refused, signal }) => {
    if (current && current.header !== refused && deps.now() < current.until) return current.header;
    const askedAt = deps.now();
    const { token, lifetimeSeconds = UNKNOWN_LIFETIME_SECONDS } = await newToken(deps, signal);
    current = { header: `Bearer ${token}`, until: askedAt + lifetimeSeconds * 1000 - SPARE_MS };
    return current.header;
  };
}

/** A client that was refused may be an old one in the cache: the secret is read anew, and asked with once more. */
async function newToken(deps: AccessDeps, signal: AbortSignal | undefined): Promise<IssuedToken> {
  const known = await deps.credentials();
  try {
    return await deps.requestToken(tokenRequest(known, signal));
  } catch (error) {
    if (!(error instanceof ZendeskAuthError)) throw error;
    const fresh = await deps.credentials({ renew: true });
    if (fresh.client_id === known.client_id && fresh.client_secret === known.client_secret) throw error;
    return deps.requestToken(tokenRequest(fresh, signal));
  }
}

function tokenRequest(
  { client_id, client_secret }: ZendeskCredentials,
  signal: AbortSignal | undefined,
): ZendeskRequest<IssuedToken> {
  if (client_id === '' || client_secret === '') throw noCredentials('client_id and client_secret');
  return {
    path: '/oauth/tokens',
    // Asked without `expires_in`, Zendesk does not say how long the token lasts.
    body: {
      grant_type: 'client_credentials',
      client_id,
      client_secret,
      scope: 'read',
      expires_in: LIFETIME_SECONDS,
    },
    shown: 'POST /oauth/tokens',
    parse: parseToken,
    meaning: (status) => {
      if (status === 400 || status === 401 || status === 403) throw refusedClient(status);
      return undefined;
    },
    signal,
  };
}

const issuedSchema = z.object({
  access_token: z.string().refine(isSendable),
  expires_in: z.number().positive().nullish(),
});

function parseToken(json: unknown): IssuedToken {
  const { success, data } = issuedSchema.safeParse(json);
  if (!success) throw new ZendeskMalformedError('its answer brought no usable token');
  return { token: data.access_token, lifetimeSeconds: data.expires_in ?? undefined };
}

/** Access by `email/token`, which Zendesk ends. */
export function createTokenAccess({ credentials, log }: Pick<AccessDeps, 'credentials' | 'log'>): Authorize {
  log.warn('Zendesk ends API tokens on 2027-04-30; use an OAuth client (ZENDESK_AUTH=oauth) before then');
  return async ({ refused }) => {
    const { email, api_token } = await credentials({ renew: refused !== undefined });
    if (email === '' || api_token === '') throw noCredentials('email and api_token');
    return `Basic ${Buffer.from(`${email}/token:${api_token}`).toString('base64')}`;
  };
}

function noCredentials(names: string): ZendeskAuthError {
  return new ZendeskAuthError(`The secret of Zendesk holds no ${names}. ${ZENDESK_REMEDY}`);
}

function refusedClient(status: number): ZendeskAuthError {
  const reason =
    status === 401 ? 'it does not know the client or its secret' : 'of the client’s scope or grant';
  return new ZendeskAuthError(
    `Zendesk gave no token to the OAuth client (${status}): ${reason}. Its client must be confidential, allow the grant client_credentials and the scope "read". ${ZENDESK_REMEDY}`,
  );
}
