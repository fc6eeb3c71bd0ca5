import { errors, type JWTPayload } from 'jose';
import { InvalidTokenError, KeysUnavailableError, TokenExpiredError } from '#core/errors.ts';
import { claimedLevels } from './claimed-levels.ts';
import type { KeyFetchOptions } from './fetch-keys.ts';
import { createIssuerKeys } from './issuer-keys.ts';
import { rememberVerified, type VerifyJwt } from './remember-verified.ts';

/** Asymmetric ones only: with HS256 a public key could be taken for a shared secret. */
const ALGORITHMS = ['RS256', 'ES256'];
const CLOCK_TOLERANCE_SECONDS = 5;

export type TokenVerifierOptions = KeyFetchOptions & {
  /** For whom tokens are: one of these is their `aud`, or their `client_id` where they have no `aud` (Cognito's). */
  readonly audiences: readonly string[];
  /** The claim that holds the levels of people, see `claimedLevels`. */
  readonly levelsClaim: string;
};

/** What a valid token says about its holder: who it is, and the names among which a level may be. */
export type VerifiedToken = { readonly subject: string; readonly levels: readonly string[] };

/**
 * Makes the check of callers' tokens. It refuses and takes what API Gateway's own check does, which is before it when
 * deployed. Keys are fetched on first use and kept: see `createIssuerKeys`; the signature of a token is checked once: see
 * `rememberVerified`.
 *
 * @throws InvalidTokenError, TokenExpiredError, KeysUnavailableError from the check
 * @example const verifyToken = createTokenVerifier({ issuer, audiences, levelsClaim: 'cognito:groups', now: Date.now });
 */
export function createTokenVerifier(
  options: TokenVerifierOptions,
): (token: string) => Promise<VerifiedToken> {
  const { issuer, audiences, levelsClaim, now } = options;
  const verifyJwt = rememberVerified(createIssuerKeys(options), now);
  return async (token) => {
    const payload = await verify(token, verifyJwt, {
      algorithms: ALGORITHMS,
      issuer,
      requiredClaims: ['exp'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now()),
    });
    if (!isFor(audiences, payload)) throw new InvalidTokenError('The token is for another audience.');
    return { subject: subjectOf(payload), levels: claimedLevels(payload, levelsClaim) };
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

function isFor(audiences: readonly string[], { aud, client_id: client }: JWTPayload): boolean {
  const named: unknown[] = aud === undefined ? [client] : [aud].flat();
  return named.some((one) => typeof one === 'string' && audiences.includes(one));
}

/** Text by the standard; what an issuer makes of it otherwise names nobody. */
function subjectOf({ sub }: { readonly sub?: unknown }): string {
  return typeof sub === 'string' && sub !== '' ? sub : 'unknown';
}

function reasonOf(error: unknown): string {
  return error instanceof errors.JOSEError ? error.code : 'unusable';
}
