import { createLocalJWKSet } from 'jose';
import * as z from 'zod';
import { parse } from '#core/json/json.ts';
import { isLoopbackHost } from '#core/loopback-host.ts';
import { orAborted } from '#core/time/deadline.ts';
import { isRecent } from '#core/time/wrong-clock.ts';

/** A token's check does not take longer than this because of the issuer. */
const FETCH_TIMEOUT_MS = 3_000;
/**
 * How long the address of the keys is good. It is asked for again when the keys are, and those are kept as long: where
 * they were fetched meanwhile for an id that nobody knew, it can be two hours old by then.
 */
const ADDRESS_AGE_MS = 3_600_000;
/** What an issuer says of itself is logged up to here. */
const SHOWN = 200;

export type KeyFetchOptions = {
  /** The issuer as its tokens name it; its discovery document is at `<issuer>/.well-known/openid-configuration`. */
  readonly issuer: string;
  readonly now: () => number;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
  /** How long one fetch may take, the document's and the keys' together. Milliseconds, default 3 s. */
  readonly timeoutMs?: number;
};

/** An issuer's keys. */
export type Keys = ReturnType<typeof createLocalJWKSet>;

/** What OpenID Connect's discovery document has to have for us; it has much more. */
const documentSchema = z.object({ issuer: z.string(), jwks_uri: z.string() });

type GetJson = (url: string) => Promise<unknown>;

/**
 * Makes the fetch of an issuer's keys from where its discovery document says that they are. The first fetch after an hour
 * asks for the address again, and so does the one after keys were not to be had there.
 *
 * The document must name the very issuer that it was asked of, to the letter, as the standard wants it: otherwise one
 * tenant's document could bring the keys of another, and API Gateway compares in the same way.
 *
 * @throws Error from the fetch, whose message says what an operator has to know
 */
export function createKeyFetch(options: KeyFetchOptions): () => Promise<Keys> {
  const { issuer, now, fetch: send = fetch, timeoutMs = FETCH_TIMEOUT_MS } = options;
  let known: { readonly address: string; readonly foundAt: number } | undefined;

  const fetchKeys = async (getJson: GetJson): Promise<Keys> => {
    if (known === undefined || !isRecent(known.foundAt, now(), ADDRESS_AGE_MS)) {
      known = { foundAt: now(), address: await discover(issuer, getJson) };
    }
    try {
      return createLocalJWKSet((await getJson(known.address)) as Parameters<typeof createLocalJWKSet>[0]);
    } catch (error) {
      known = undefined;
      throw error;
    }
  };
  return () => {
    const signal = AbortSignal.timeout(timeoutMs);
    // A fetch that ignores its signal is not waited for either.
    return orAborted(
      fetchKeys((url) => getJsonFrom(url, send, signal)),
      signal,
    );
  };
}

/** Where an issuer's keys are. @throws Error when it does not say so, or not in a way that can be trusted */
async function discover(issuer: string, getJson: GetJson): Promise<string> {
  const answer = await getJson(`${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`);
  const { success, data } = documentSchema.safeParse(answer);
  if (!success) throw new Error("The issuer's discovery document lacks issuer or jwks_uri.");
  if (data.issuer !== issuer) {
    throw new Error(`The issuer calls itself ${shown(data.issuer)} and not ${shown(issuer)}.`);
  }
  if (!isTrustworthy(data.jwks_uri, issuer)) {
    throw new Error(
      `The issuer's keys are said to be at ${shown(data.jwks_uri)}, which is no https address.`,
    );
  }
  return data.jwks_uri;
}

/** Keys come encrypted, or from this computer where the issuer itself is on it. */
function isTrustworthy(address: string, issuer: string): boolean {
  const url = URL.parse(address);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || [url, URL.parse(issuer)].every(isLocal);
}

function isLocal(url: URL | null): boolean {
  return url?.protocol === 'http:' && isLoopbackHost(url.hostname);
}

async function getJsonFrom(url: string, send: typeof fetch, signal: AbortSignal): Promise<unknown> {
  const headers = { accept: 'application/json, application/jwk-set+json' };
  const response = await send(url, { headers, redirect: 'manual', signal });
  if (response.status !== 200) throw new Error(`The issuer answered ${response.status} at ${shown(url)}.`);
  return parse(await response.text());
}

function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}
