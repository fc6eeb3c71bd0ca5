import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { errorName, TokenUnavailableError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { TokenSource } from '#core/marketplace/marketplace.ts';
import { readToken, TOKEN_REMEDY } from '#core/marketplace/marketplace-token.ts';
import type { Now } from '#core/time/clock.ts';

export type TokenSourceDeps = {
  readonly client: SecretsManagerClient;
  /** Name or ARN of the secret. */
  readonly secretId: string;
  readonly now: Now;
  /** How long a token is used without looking. Milliseconds, default 5 minutes. */
  readonly cacheMs?: number;
  readonly log: Log;
};

const CACHE_MS = 5 * 60_000;
/**
 * Several requests that left with the old token are refused one after the other. Whoever asks for a renewal
 * so soon after one that did bring another token is given that one. Short, because the new one may be revoked too.
 */
const RENEWED_JUST_NOW_MS = 1000;

/**
 * Makes the port that reads the marketplace's token from Secrets Manager. The secret holds either
 * `{"token": "…"}` or the bare token. Concurrent callers share one read; a read that failed is not remembered.
 *
 * The cache does not look at the rotation date: that would cost a `DescribeSecret` per read, and gain nothing
 * over what happens anyway. A rotated token lives on until it is revoked, a cached one for `cacheMs` at most,
 * and a request that meets the revocation first is answered 401, which renews it.
 *
 * The returned function throws TokenUnavailableError when the secret can't be read or holds no token.
 *
 * @example const token = createTokenSource({ client: new SecretsManagerClient(), secretId: 'atom-sync/token', now: Date.now, log });
 */
export function createTokenSource(deps: TokenSourceDeps): TokenSource {
  const { now, log, cacheMs = CACHE_MS } = deps;
  let cached: { readonly token: string; readonly readAt: number; readonly order: number } | undefined;
  let readsStarted = 0;
  let renewedAt = Number.NEGATIVE_INFINITY;
  let reading: { readonly token: Promise<string>; readonly renews: boolean } | undefined;

  const isWithin = (since: number, ms: number) => now() - since >= 0 && now() - since < ms;

  async function read(renews: boolean): Promise<string> {
    readsStarted += 1;
    const order = readsStarted;
    // Its age counts from before the read: the answer may be as old as that.
    const readAt = now();
    const token = await readSecret(deps);
    if (cached && cached.order > order) return token;
    const changed = cached !== undefined && cached.token !== token;
    cached = { token, readAt, order };
    if (renews && changed) renewedAt = now();
    if (renews || changed) log.info('the marketplace token was read anew', { changed });
    return token;
  }

  function start(renews: boolean): Promise<string> {
    const token = read(renews).finally(() => {
      if (reading?.token === token) reading = undefined;
    });
    reading = { token, renews };
    return token;
  }

  return async ({ renew = false } = {}) => {
    if (cached && isWithin(renew ? renewedAt : cached.readAt, renew ? RENEWED_JUST_NOW_MS : cacheMs)) {
      return cached.token;
    }
    // A plain read that is under way may have seen the secret before the rotation that caused the 401.
    if (reading && (reading.renews || !renew)) return reading.token;
    return start(renew);
  };
}

async function readSecret({ client, secretId }: TokenSourceDeps): Promise<string> {
  let text: string | undefined;
  try {
    ({ SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: secretId })));
  } catch (cause) {
    const name = errorName(cause);
    throw new TokenUnavailableError(
      `The secret with the marketplace token can't be read (${name}). ${TOKEN_REMEDY}`,
      { cause },
    );
  }
  const token = readToken(text ?? '');
  if (token !== undefined) return token;
  throw new TokenUnavailableError(`The secret holds no usable marketplace token. ${TOKEN_REMEDY}`);
}
