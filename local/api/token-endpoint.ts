import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Level, scopeOf } from '#core/governance-level.ts';
import { BodyTooLargeError } from '#local/errors.ts';
import { readBody, sendJson } from '#local/guard/loopback-server.ts';

/** A client that gets tokens without a person. */
export type TokenClient = { readonly id: string; readonly secret: string; readonly level: Level };

export type TokenEndpointOptions = {
  readonly clients: readonly TokenClient[];
  /** Signs a token for a client, with the scope that it has. */
  readonly mint: (client: TokenClient, scope: string) => Promise<string>;
  /** How long the tokens are good. */
  readonly lifetimeSeconds: number;
};

/** No request for a token is longer. */
const BODY_LIMIT_BYTES = 16_384;

/** What is wrong with a request, in the words of RFC 6749; Cognito sends each with 400. */
class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal';
}

/**
 * Makes the token endpoint of client credentials, as Cognito has it: the client in the Authorization header or in the
 * form, a scope of its own or none.
 */
export function createTokenEndpoint(
  options: TokenEndpointOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { clients, mint, lifetimeSeconds } = options;
  return async (request, response) => {
    const headers = { 'cache-control': 'no-store' };
    try {
      const form = await readForm(request);
      const client = authenticateClient(clients, request.headers.authorization, form);
      const scope = grantedScope(client, form);
      const body = {
        access_token: await mint(client, scope),
        expires_in: lifetimeSeconds,
        token_type: 'Bearer',
      };
      sendJson(response, 200, body, headers);
    } catch (error) {
      const refusal = error instanceof BodyTooLargeError ? new TokenRefusal('invalid_request') : error;
      if (!(refusal instanceof TokenRefusal)) throw error;
      sendJson(response, 400, { error: refusal.message }, headers);
    }
  };
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (request.method !== 'POST' || type !== 'application/x-www-form-urlencoded') {
    throw new TokenRefusal('invalid_request');
  }
  return new URLSearchParams((await readBody(request, BODY_LIMIT_BYTES)).toString());
}

function authenticateClient(
  clients: readonly TokenClient[],
  authorization: string | undefined,
  form: URLSearchParams,
): TokenClient {
  const [id, secret] = readBasic(authorization) ?? [form.get('client_id'), form.get('client_secret')];
  const client = clients.find((one) => one.id === id);
  if (client === undefined || !isSame(client.secret, secret ?? '')) throw new TokenRefusal('invalid_client');
  return client;
}

/** Id and secret of a header; both are encoded as in a form, by the standard. */
function readBasic(authorization = ''): readonly [string, string] | undefined {
  const [, encoded] = /^Basic +(\S+)$/i.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString().split(':');
  try {
    return [decodeURIComponent(id), decodeURIComponent(secret.join(':'))];
  } catch {
    throw new TokenRefusal('invalid_client');
  }
}

function isSame(secret: string, given: string): boolean {
  const [ours, theirs] = [secret, given].map((text) => createHash('sha256').update(text).digest());
  return ours !== undefined && theirs !== undefined && timingSafeEqual(ours, theirs);
}

function grantedScope({ level }: TokenClient, form: URLSearchParams): string {
  if (form.get('grant_type') !== 'client_credentials') throw new TokenRefusal('unsupported_grant_type');
  const own = scopeOf(level);
  const asked = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  if (asked.some((scope) => scope !== own)) throw new TokenRefusal('invalid_scope');
  return own;
}
