import { TOKEN_ENDS_SOON_DAYS, TOKEN_ENDS_SOON_PART } from '#core/alarm-thresholds.ts';
import { parseIfJson } from '#core/json/json.ts';

/** What may stand in a header: anything else would fail later, in an error that quotes the value. */
const SENDABLE = /^[\x21-\x7e]+$/;
const DAY_MS = 24 * 3_600_000;

/** How a token gets into the secret. Shown by the API, so it names the secret as an operator finds it and not by its ARN. */
export const TOKEN_REMEDY = `Put it into the secret of the stack's output TokenSecretArn with: aws secretsmanager put-secret-value --secret-id <TokenSecretArn> --secret-string '{"token": "<token>"}'`;

/** From when to when a token lives, as far as that is known. Milliseconds since 1970. */
export type TokenLife = { readonly issuedAt?: number | undefined; readonly endsAt?: number | undefined };

/** The marketplace's token in a secret's text, `{"token": "…"}` or the bare token; undefined where there is none that can be sent. */
export function readToken(secret: string): string | undefined {
  const token = tokenIn(secret);
  return token !== undefined && isSendable(token) ? token : undefined;
}

/** The secret's text that holds this token, and of its life what is known. */
export function writeToken(token: string, { issuedAt, endsAt }: TokenLife = {}): string {
  return JSON.stringify({
    token,
    ...(issuedAt !== undefined && { issued_at: new Date(issuedAt).toISOString() }),
    ...(endsAt !== undefined && { expires_at: new Date(endsAt).toISOString() }),
  });
}

/**
 * The life of the token in a secret's text: by `issued_at` and `expires_at` beside it, which are dates, or else by the
 * `iat` and `exp` that it has in itself, where it is a JWT.
 */
export function readTokenLife(secret: string): TokenLife {
  const text = secret.trim();
  const { issued_at, expires_at } = (text.startsWith('{') ? objectIn(text) : {}) as Record<string, unknown>;
  const { iat, exp } = claimsOf(tokenIn(secret));
  return {
    issuedAt: timeOfDate(issued_at) ?? timeOfClaim(iat),
    endsAt: timeOfDate(expires_at) ?? timeOfClaim(exp),
  };
}

/**
 * In how many days a token ends, where that is soon: within a week, and in the last quarter of its life where that is
 * known. So a token that never lives for a month is no reason for an alarm all its life. 0 once it has ended.
 */
export function daysToSoonEnd({ issuedAt, endsAt }: TokenLife, now: number): number | undefined {
  if (endsAt === undefined) return undefined;
  const lifeDays = issuedAt !== undefined && issuedAt < endsAt ? (endsAt - issuedAt) / DAY_MS : undefined;
  const soonDays = Math.min(
    TOKEN_ENDS_SOON_DAYS,
    (lifeDays ?? Number.POSITIVE_INFINITY) / TOKEN_ENDS_SOON_PART,
  );
  const days = Math.max(0, endsAt - now) / DAY_MS;
  return days < soonDays ? days : undefined;
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

/** Unverified: it is the marketplace that goes by them, and an alarm that is told. */
function claimsOf(token = ''): { readonly iat?: unknown; readonly exp?: unknown } {
  const [, payload = '', ...rest] = token.split('.');
  return rest.length === 1 ? objectIn(Buffer.from(payload, 'base64url').toString()) : {};
}

function timeOfClaim(seconds: unknown): number | undefined {
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}

function timeOfDate(date: unknown): number | undefined {
  const ms = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
