import { errors, type JWTVerifyGetKey } from 'jose';
import { KeysUnavailableError } from '#core/errors.ts';
import { exponentialDelay } from '#core/time/backoff.ts';
import { isRecent } from '#core/time/wrong-clock.ts';
import { createKeyFetch, type KeyFetchOptions, type Keys } from './fetch-keys.ts';

/** How old keys may become until they are fetched anew. They change rarely, and a new one is found by its id. */
const MAX_AGE_MS = 3_600_000;
/** How much longer they are used while they can't be fetched: an issuer that is down for an hour locks nobody out. */
const STALE_MS = 3_600_000;
/** With keys in hand the issuer is asked at most so often: for an id that is not known, or again after a failure. */
const COOLDOWN_MS = 30_000;
/** Without any, the wait after a second failure in a row; it doubles up to the cooldown. */
const delayAfter = exponentialDelay(1_000, COOLDOWN_MS);
/** An attempt that takes so long until it fails keeps its caller waiting; the next ones are spared that. */
const HANGS_MS = 500;

/** The last attempt to fetch the keys. */
type Attempt = { readonly endedAt: number; readonly waitMs: number; readonly error: unknown };

/**
 * Makes the port that finds the issuer's key for a token. Keys are fetched on first use and kept for an hour. When
 * they can't be fetched anew they stay in use for one hour more; a key that a fetched set no longer has is refused at
 * once. Concurrent callers share one fetch, and whoever has keys that will do does not wait for it.
 *
 * @throws KeysUnavailableError when there are no keys to go by: also for an id that is not known while the issuer can't
 *   be asked, since it may be a new one
 */
export function createIssuerKeys(options: KeyFetchOptions): JWTVerifyGetKey {
  const { now } = options;
  const fetchKeys = createKeyFetch(options);
  let held: { readonly keys: Keys; readonly fetchedAt: number } | undefined;
  let last: Attempt | undefined;
  let failures = 0;
  let asking: Promise<void> | undefined;

  const keysNotOlderThan = (ms: number) =>
    held !== undefined && isRecent(held.fetchedAt, now(), ms) ? held.keys : undefined;
  const isAskedTooSoon = () => {
    if (last === undefined) return false;
    const sinceMs = now() - last.endedAt;
    // A clock that was set back has no say.
    return sinceMs >= 0 && sinceMs < last.waitMs;
  };
  const fetchAnew = async () => {
    const startedAt = now();
    let error: unknown;
    try {
      held = { keys: await fetchKeys(), fetchedAt: startedAt };
      failures = 0;
    } catch (cause) {
      error = cause;
      failures += 1;
    }
    const hasKeys = keysNotOlderThan(MAX_AGE_MS + STALE_MS) !== undefined;
    const tookMs = now() - startedAt;
    last = { endedAt: now(), waitMs: hasKeys ? COOLDOWN_MS : waitWithoutKeys(failures, tookMs), error };
  };
  const ask = (): Promise<void> => {
    asking ??= fetchAnew().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  const usableKeys = async (): Promise<Keys> => {
    const fresh = keysNotOlderThan(MAX_AGE_MS);
    if (fresh !== undefined) return fresh;
    const hasOld = keysNotOlderThan(MAX_AGE_MS + STALE_MS) !== undefined;
    // Whoever can do with old keys does not wait for a fetch that somebody else has begun.
    if (asking !== undefined) await (hasOld ? undefined : asking);
    else if (!isAskedTooSoon()) await ask();
    const keys = keysNotOlderThan(MAX_AGE_MS + STALE_MS);
    if (keys === undefined) throw unavailable(last?.error);
    return keys;
  };

  return async (header, token) => {
    const keys = await usableKeys();
    try {
      return await find(keys, header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (!isAskedTooSoon()) await ask();
      if (last?.error !== undefined) throw unavailable(last.error);
      return find(await usableKeys(), header, token);
    }
  };
}

/** @throws what says something about the token, or KeysUnavailableError for a key that is of no use */
async function find(keys: Keys, ...[header, token]: Parameters<JWTVerifyGetKey>) {
  try {
    return await keys(header, token);
  } catch (cause) {
    if (isAboutTheToken(cause)) throw cause;
    throw unavailable(cause);
  }
}

function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

/**
 * How long nobody asks who has no keys at all. After a first failure nothing is waited for, since a cold start should
 * not fail for longer than the issuer does; but an issuer that hangs is left alone for as long as that took.
 */
function waitWithoutKeys(failures: number, tookMs: number): number {
  const grown = failures < 2 ? 0 : delayAfter(failures - 1);
  return Math.max(grown, tookMs < HANGS_MS ? 0 : tookMs);
}

function unavailable(cause: unknown): KeysUnavailableError {
  return new KeysUnavailableError("The issuer's keys can't be had.", { cause });
}
