import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type AtomSyncError, errorName, SecretUnavailableError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { SecretSource } from '#core/secret-source.ts';
import type { Now } from '#core/time/clock.ts';

export type SecretSourceDeps<T> = {
  readonly client: SecretsManagerClient;
  /** Name or ARN of the secret. */
  readonly secretId: string;
  readonly now: Now;
  /** How long its value is used without looking. Milliseconds, default 5 minutes. */
  readonly cacheMs?: number;
  readonly log: Log;
  /** What is in it, as errors and log lines call it: `marketplace token`. */
  readonly content: string;
  /** How an operator puts it in: the end of each error that says that it is not there. */
  readonly remedy: string;
  /** The value in the secret's text; undefined where there is none that can be used. It quotes the text in no error. */
  readonly read: (text: string) => T | undefined;
  /** Makes the error of a secret that cannot be read or used. @default - SecretUnavailableError */
  readonly unavailable?: (message: string, options?: ErrorOptions) => AtomSyncError;
};

/** Putting another value in helps nobody who can't read it. */
const READ_REMEDY =
  'See that it is there, that its reader may read it and use its key, and that Secrets Manager can be reached.';
const CACHE_MS = 5 * 60_000;
/**
 * Several requests that left with the old value are refused one after the other. Whoever asks for a renewal
 * so soon after one that did bring another value is given that one. Short, because the new one may be revoked too.
 */
const RENEWED_JUST_NOW_MS = 1000;

type Read<T> = { readonly value: T; readonly text: string };

/**
 * Makes the port that reads one secret from Secrets Manager. Concurrent callers share one read; a read that failed is
 * not remembered.
 *
 * The cache does not look at the rotation date: that would cost a `DescribeSecret` per read, and gain nothing
 * over what happens anyway. A rotated value lives on until it is revoked, a cached one for `cacheMs` at most,
 * and a request that meets the revocation first is answered 401, which renews it.
 *
 * The returned function throws what `unavailable` makes when the secret can't be read or holds nothing usable.
 *
 * @example
 * const key = createSecretSource({
 *   client, secretId, now: Date.now, log, content: 'key', remedy: 'Deploy the stack anew.', read: readKey,
 * });
 */
export function createSecretSource<T>(deps: SecretSourceDeps<T>): SecretSource<T> {
  const { now, log, content, cacheMs = CACHE_MS } = deps;
  let cached: (Read<T> & { readonly readAt: number; readonly order: number }) | undefined;
  let readsStarted = 0;
  let renewedAt = Number.NEGATIVE_INFINITY;
  let reading: { readonly value: Promise<T>; readonly renews: boolean } | undefined;

  const isWithin = (since: number, ms: number) => now() - since >= 0 && now() - since < ms;

  async function read(renews: boolean): Promise<T> {
    readsStarted += 1;
    const order = readsStarted;
    // Its age counts from before the read: the answer may be as old as that.
    const readAt = now();
    const { value, text } = await readSecret(deps);
    if (cached && cached.order > order) return value;
    const changed = cached !== undefined && cached.text !== text;
    cached = { value, text, readAt, order };
    if (renews && changed) renewedAt = now();
    if (renews || changed) log.info(`the ${content} was read anew`, { changed });
    return value;
  }

  function start(renews: boolean): Promise<T> {
    const value = read(renews).finally(() => {
      if (reading?.value === value) reading = undefined;
    });
    reading = { value, renews };
    return value;
  }

  return async ({ renew = false } = {}) => {
    if (cached && isWithin(renew ? renewedAt : cached.readAt, renew ? RENEWED_JUST_NOW_MS : cacheMs)) {
      return cached.value;
    }
    // A plain read that is under way may have seen the secret before the rotation that caused the 401.
    if (reading && (reading.renews || !renew)) return reading.value;
    return start(renew);
  };
}

async function readSecret<T>(deps: SecretSourceDeps<T>): Promise<Read<T>> {
  const { client, secretId, content, remedy, read } = deps;
  const unavailable =
    deps.unavailable ?? ((message, options) => new SecretUnavailableError(message, options));
  let text = '';
  try {
    ({ SecretString: text = '' } = await client.send(new GetSecretValueCommand({ SecretId: secretId })));
  } catch (cause) {
    const name = errorName(cause);
    throw unavailable(`The secret with the ${content} can't be read (${name}). ${READ_REMEDY}`, { cause });
  }
  const value = read(text);
  if (value === undefined) throw unavailable(`The secret holds no usable ${content}. ${remedy}`);
  return { value, text };
}
