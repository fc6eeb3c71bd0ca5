import { InvalidTokenError, TokenExpiredError } from '#core/errors.ts';
import type { VerifyToken } from '#functions/admin-api/ports.ts';
import { insufficientMaturity, unauthorized } from './errors.ts';
import { type Caller, highestLevel, type RouteLevel, reaches } from './governance.ts';

const BEARER = /^Bearer +([\w\-.~+/]+=*)$/i;

/**
 * The caller that a request's token names.
 *
 * @throws ApiError `unauthorized` without a valid token
 * @throws KeysUnavailableError when no token can be checked at present
 */
export async function authenticate(
  verifyToken: VerifyToken,
  authorization: string | undefined,
): Promise<Caller> {
  if (authorization === undefined || authorization.trim() === '') {
    throw unauthorized('Send a token: Authorization: Bearer <token>.');
  }
  const token = BEARER.exec(authorization.trim())?.[1];
  if (token === undefined) {
    throw unauthorized('The Authorization header must be: Bearer <token>.', 'invalid_token');
  }
  const { subject, levels } = await verifyToken(token).catch(throwUnauthorized);
  return { subject, level: highestLevel(levels) };
}

/**
 * Requires a caller's level for a route.
 *
 * @throws ApiError `insufficient_maturity` naming the level that is needed
 */
export function requireLevel(needed: RouteLevel, caller: Caller | undefined): void {
  if (needed === 'public') return;
  if (caller === undefined) throw unauthorized('Send a token: Authorization: Bearer <token>.');
  if (!reaches(caller.level, needed)) throw insufficientMaturity(needed, caller);
}

function throwUnauthorized(error: unknown): never {
  if (error instanceof TokenExpiredError) {
    throw unauthorized('The token has expired. Get a new one.', 'invalid_token');
  }
  if (error instanceof InvalidTokenError) {
    throw unauthorized('The token is not valid for this API. Get one from its issuer.', 'invalid_token');
  }
  throw error;
}
