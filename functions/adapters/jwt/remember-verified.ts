import { hash } from 'node:crypto';
import {
  type JWTHeaderParameters,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import type { Now } from '#core/time/clock.ts';

/** Tokens that are remembered: a kilobyte each. Those that came last stay. */
const MAX_REMEMBERED = 1_000;

/** A token that was good: by which key, from when and until when (ms since 1970). */
type Verified = {
  readonly header: JWTHeaderParameters;
  readonly key: unknown;
  readonly from: number;
  readonly until: number;
  readonly payload: JWTPayload;
};

/** Checks a token, always with the same options but for the time. Rejects as `jwtVerify` does. */
export type VerifyJwt = (token: string, options: JWTVerifyOptions) => Promise<JWTPayload>;

/**
 * `jwtVerify`, which checks the signature of a token once. The same token is taken again while its issuer still has the very
 * key that it was verified by (`getKey` is asked each time, and what it throws is thrown) and until it expires; whatever
 * else is to be said of it, a whole check says. Tokens are not kept, their hashes are.
 */
export function rememberVerified(getKey: JWTVerifyGetKey, now: Now, max = MAX_REMEMBERED): VerifyJwt {
  const remembered = new Map<string, Verified>();
  const check = async (token: string, name: string, options: JWTVerifyOptions): Promise<JWTPayload> => {
    const from = now();
    const { payload, protectedHeader: header, key } = await jwtVerify(token, getKey, options);
    const until = ((payload.exp ?? 0) + toleranceSeconds(options)) * 1_000;
    remembered.set(name, { header, key, from, until, payload });
    const [oldest] = remembered.size > max ? remembered.keys() : [];
    if (oldest !== undefined) remembered.delete(oldest);
    return payload;
  };
  return async (token, options) => {
    const name = hash('sha256', token, 'base64');
    const known = remembered.get(name);
    remembered.delete(name);
    const nowMs = now();
    const isInTime = known !== undefined && nowMs >= known.from && nowMs < known.until;
    if (!isInTime || (await getKey(known.header, UNSIGNED)) !== known.key) return check(token, name, options);
    remembered.set(name, known);
    return known.payload;
  };
}

/** In the place of the token: a key is looked for by the header alone. */
const UNSIGNED = { payload: '', signature: '' };

function toleranceSeconds({ clockTolerance = 0 }: JWTVerifyOptions): number {
  // Given as text it is left out: the token is checked that much earlier.
  return typeof clockTolerance === 'number' ? clockTolerance : 0;
}
