import { errors, type JWTPayload } from 'jose';
import { InvalidTokenError, KeysUnavailableError, TokenExpiredError } from '#core/errors.ts';
import { createIssuerKeys } from './issuer-keys.ts';
import { rememberVerified, type VerifyJwt } from './remember-verified.ts';

/** Asymmetric ones only: with HS256 a public key could be taken for a shared secret. */
const ALGORITHMS = ['RS256', 'ES256'];
const CLOCK_TOLERANCE_SECONDS = 5;

export type TokenVerifierOptions = {
  /** `iss` of the tokens, without a slash at its end; the keys are at `<issuer>/.well-known/jwks.json`. */
  readonly issuer: string;
  /** `aud` of the tokens, or their `client_id` where they have no `aud` (access tokens of Cognito). */
  readonly audience: string;
  readonly now: () => number;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
};

/** What a valid token says about its holder. */
export type VerifiedToken = { readonly subject: string; readonly groups: readonly string[] };

/**
 * Makes the check of callers' tokens. Keys are fetched on first use and kept: see `createIssuerKeys`; the
 * signature of a token is checked once: see `rememberVerified`.
 *
 * @throws InvalidTokenError, TokenExpiredError, KeysUnavailableError from the check
 * @example const verifyToken = createTokenVerifier({ issuer, audience, now: Date.now });
 */
export function createTokenVerifier(
  options: TokenVerifierOptions,
): (token: string) => Promise<VerifiedToken> {
  const { issuer, audience, now } = options;
  const verifyJwt = rememberVerified(createIssuerKeys(options), now);
  return async (token) => {
    const payload = await verify(token, verifyJwt, {
      algorithms: ALGORITHMS,
      // Some issuers put a slash at the end of their name.
      issuer: [issuer, `${issuer}/`],
      requiredClaims: ['exp'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now()),
    });
    if (!isFor(audience, payload)) throw new InvalidTokenError('The token is for another audience.');
    return { subject: subjectOf(payload), groups: groupsOf(payload) };
  };
}

async function verify(token: string, verifyJwt: VerifyJwt, options: Parameters<VerifyJwt>[1]) {
  try {
    return await verifyJwt(token, options);
  } catch (cause) {
    if (cause instanceof KeysUnavailableError) throw cause;
    if (cause instanceof errors.JWTExpired) throw new TokenExpiredError('The token has expired.');
    throw new InvalidTokenError(`The token was refused: ${reasonOf(cause)}.`);
  }
}

function isFor(audience: string, payload: JWTPayload): boolean {
  const { aud } = payload;
  if (aud === undefined) return payload.client_id === audience;
  return Array.isArray(aud) ? aud.includes(audience) : aud === audience;
}

/** Text by the standard; what an issuer makes of it otherwise names nobody. */
function subjectOf({ sub }: { readonly sub?: unknown }): string {
  return typeof sub === 'string' && sub !== '' ? sub : 'unknown';
}

/** Cognito writes a list; other issuers write a single group as plain text. */
function groupsOf(payload: JWTPayload): string[] {
  const groups = payload['cognito:groups'];
  const list: unknown[] = Array.isArray(groups) ? groups : [groups];
  return list.filter((group) => typeof group === 'string');
}

function reasonOf(error: unknown): string {
  return error instanceof errors.JOSEError ? error.code : 'unusable';
}
