/** Users: the one who calls, and those who write tickets. */
import type { Caller } from '#local/zendesk/access/authenticate.ts';
import type { Account } from '#local/zendesk/account.ts';
import type { Call } from '#local/zendesk/http/calls.ts';
import type { Draft } from '#local/zendesk/http/wire-exchange.ts';
import type { ZendeskSettings } from '#local/zendesk/settings.ts';

const ADMIN_ID = 370_000_000_000;
const MAX_USERS = 100;

/**
 * `GET /api/v2/users/me.json`. Who has no or a wrong password is "Anonymous user", with status 200: no proof that a
 * password works.
 */
export function showMe({ base }: Account, caller: Caller, role: ZendeskSettings['role']): Draft {
  if (caller.kind === 'anonymous') {
    const user = {
      id: null,
      url: null,
      name: 'Anonymous user',
      email: 'invalid@example.com',
      role: 'end-user',
    };
    return { status: 200, json: { user: { ...user, active: false, verified: false, suspended: false } } };
  }
  const email = caller.kind === 'api_token' ? caller.email : 'admin@example.com';
  const url = `${base}/api/v2/users/${ADMIN_ID}.json`;
  const user = { id: ADMIN_ID, url, name: 'Atom Sync', email, role, active: true, verified: true };
  return { status: 200, json: { user: { ...user, suspended: false, locale: 'en-US', time_zone: 'UTC' } } };
}

/** `GET /api/v2/users/show_many.json?ids=`. */
export function showUsers(account: Account, { query }: Call): Draft {
  const ids = (query.get('ids') ?? '').split(',').filter((id) => /^\d+$/.test(id));
  const users = ids.slice(0, MAX_USERS).map((id) => renderUser(account, Number(id)));
  return { status: 200, json: { users, next_page: null, previous_page: null, count: users.length } };
}

/** A user who writes tickets. */
export function renderUser({ base, suspended }: Account, id: number): Record<string, unknown> {
  return {
    id,
    url: `${base}/api/v2/users/${id}.json`,
    name: `User ${id}`,
    email: `user${id}@example.com`,
    role: 'end-user',
    active: true,
    suspended: suspended.has(id),
  };
}

/** `GET /api/v2/oauth/tokens/current.json`. */
export function showCurrentToken({ base }: Account, caller: Caller): Draft | undefined {
  if (caller.kind !== 'oauth') return undefined;
  const { id, token, scope, createdAt, expiresAt } = caller.token;
  return {
    status: 200,
    json: {
      token: {
        id,
        url: `${base}/api/v2/oauth/tokens/${id}.json`,
        user_id: ADMIN_ID,
        client_id: 1,
        token: token.slice(0, 10),
        refresh_token: null,
        scopes: scope.split(' '),
        created_at: new Date(createdAt).toISOString(),
        expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
        used_at: new Date(createdAt).toISOString(),
      },
    },
  };
}
