/** `POST /oauth/tokens`, the client credentials grant. */
import { parseJson } from '#local/http/parse-json.ts';
import type { TokenRequest } from '#local/zendesk/access/access.ts';
import type { Account } from '#local/zendesk/account.ts';
import type { Call } from '#local/zendesk/http/calls.ts';
import type { Draft } from '#local/zendesk/http/wire-exchange.ts';

/** Gives out a token. The answer leaves `expires_in` out unless the request carried it. */
export function issueToken(account: Account, { request }: Call, nowMs: number): Draft {
  const asked = readTokenRequest(request.body ?? '', request.headers['content-type'] ?? '');
  const issued = account.access.issue(asked, nowMs);
  if ('error' in issued) {
    const { status, error, description } = issued;
    return { status, json: { error, error_description: description } };
  }
  const { token, scope } = issued;
  const life = asked.expires_in === undefined ? {} : { expires_in: asked.expires_in };
  return { status: 200, json: { access_token: token, token_type: 'bearer', scope, ...life } };
}

function readTokenRequest(body: string, contentType: string): TokenRequest {
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    const fields = Object.fromEntries(new URLSearchParams(body));
    return fields.expires_in === undefined ? fields : { ...fields, expires_in: Number(fields.expires_in) };
  }
  const parsed = parseJson(body);
  return typeof parsed === 'object' && parsed !== null ? parsed : {};
}
