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

/** The secret's text that holds this token. */
export function writeToken(token: string): string {
  return JSON.stringify({ token });
}

/** Whether a header can carry it. */
export function isSendable(token: string): boolean {
  return SENDABLE.test(token);
}

/** No error of the parser gets out of here: it would quote the secret. */
function tokenIn(secret: string): string | undefined {
  const text = secret.trim();
  if (!text.startsWith('{')) return text;
  const { token } = (parseIfJson(text) ?? {}) as { token?: unknown };
  return typeof token === 'string' ? token.trim() : undefined;
}
