import { parseIfJson } from '#core/json/json.ts';

/** What may stand in a header: anything else would fail later, in an error that quotes the value. */
const SENDABLE = /^[\x21-\x7e]+$/;

/** How a token gets into the secret. Shown by the API, so it names the secret as an operator finds it and not by its ARN. */
export const TOKEN_REMEDY = `Put it into the secret of the stack's output TokenSecretArn with: aws secretsmanager put-secret-value --secret-id <TokenSecretArn> --secret-string '{"token": "<token>"}'`;

/** The marketplace's token in a secret's text, `{"token": "…"}` or the bare token; undefined where there is none that can be sent. */
export function readToken(secret: string): string | undefined {
  const token = tokenIn(secret);
  return token !== undefined && isSendable(token) ? token : undefined;
}

/** The secret's text that holds this token, and when it ends, in milliseconds since 1970, where that is known. */
export function writeToken(token: string, endsAt?: number): string {
  return JSON.stringify({
    token,
    ...(endsAt !== undefined && { expires_at: new Date(endsAt).toISOString() }),
  });
}

/**
 * When the token in a secret's text ends, in milliseconds since 1970: by `expires_at` beside it, a date, or by the `exp`
 * that it has in itself, where it is a JWT. Undefined where neither says.
 */
export function readTokenEnd(secret: string): number | undefined {
  const text = secret.trim();
  const { expires_at: expiresAt } = (text.startsWith('{') ? objectIn(text) : {}) as { expires_at?: unknown };
  const ms = typeof expiresAt === 'string' ? Date.parse(expiresAt) : Number.NaN;
  return Number.isNaN(ms) ? endOfJwt(tokenIn(secret)) : ms;
}

/** Whether a header can carry it. */
export function isSendable(token: string): boolean {
  return SENDABLE.test(token);
}

/** No error of the parser gets out of here: it would quote the secret. */
function tokenIn(secret: string): string | undefined {
  const text = secret.trim();
  if (!text.startsWith('{')) return text;
  const { token } = objectIn(text) as { token?: unknown };
  return typeof token === 'string' ? token.trim() : undefined;
}

function objectIn(text: string): object {
  const value = parseIfJson(text);
  return typeof value === 'object' && value !== null ? value : {};
}

/** Unverified: it is the marketplace that goes by it, and an alarm that is told. */
function endOfJwt(token = ''): number | undefined {
  const [, payload = '', ...rest] = token.split('.');
  if (rest.length !== 1) return undefined;
  const { exp } = objectIn(Buffer.from(payload, 'base64url').toString()) as { exp?: unknown };
  return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1_000 : undefined;
}
