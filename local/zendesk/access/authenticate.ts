import type { Account } from '#local/zendesk/account.ts';
import { type IssuedToken, mayRead } from './access.ts';

/** Who calls: nobody that is known, a user with an API token, or an OAuth client. */
export type Caller =
  | { readonly kind: 'anonymous'; readonly hasCredentials: boolean; readonly isBearer: boolean }
  | { readonly kind: 'api_token'; readonly email: string }
  | { readonly kind: 'oauth'; readonly token: IssuedToken };

type Moment = { readonly nowMs: number; readonly apiTokensEndAt: number };

/** Finds out who calls from the header `Authorization`. */
export function authenticate(
  { access }: Account,
  authorization: string | undefined,
  { nowMs, apiTokensEndAt }: Moment,
): Caller {
  const [, scheme = '', value = ''] = /^(\w+)\s+(.+)$/.exec(authorization ?? '') ?? [];
  const isBearer = scheme.toLowerCase() === 'bearer';
  if (isBearer) {
    const token = access.find(value, nowMs);
    if (token !== undefined) return { kind: 'oauth', token };
  }
  if (scheme.toLowerCase() === 'basic' && nowMs < apiTokensEndAt) {
    const [, email = '', apiToken = ''] =
      /^(.*)\/token:(.*)$/s.exec(Buffer.from(value, 'base64').toString()) ?? [];
    if (access.isApiToken(email, apiToken)) return { kind: 'api_token', email };
  }
  return { kind: 'anonymous', hasCredentials: authorization !== undefined, isBearer };
}

/** Whether somebody's scope lets them read a resource; a user with an API token may read all. */
export function mayCallerRead(caller: Caller, resource: string): boolean {
  return caller.kind === 'oauth' ? mayRead(caller.token.scope, resource) : caller.kind === 'api_token';
}
