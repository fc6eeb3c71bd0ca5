import { createMarketplace } from '#adapters/marketplace/client.ts';
import type { MarketplaceHttpDeps } from '#adapters/marketplace/request.ts';
import type { Log } from '#core/log.ts';
import type { TokenSource } from '#core/marketplace/marketplace.ts';
import { createVirtualClock } from '#test/virtual-clock.ts';

export const SECRET = 'tok_very-secret-0123456789';

/** A log that remembers what it was told. */
export function createLogSpy(): Log & { readonly lines: { message: string; facts?: unknown }[] } {
  const lines: { message: string; facts?: unknown }[] = [];
  const write = (message: string, facts?: Record<string, unknown>) => {
    lines.push({ message, facts });
  };
  return { lines, debug: write, info: write, warn: write, error: write };
}

/** A token source that tells how it was asked. */
export function createTokenSpy(first = SECRET, renewed = first) {
  const calls: ('plain' | 'renew')[] = [];
  let current = first;
  const token: TokenSource = async ({ renew = false } = {}) => {
    calls.push(renew ? 'renew' : 'plain');
    if (renew) current = renewed;
    return current;
  };
  return { calls, token };
}

export type Call = { url: URL; authorization: string | null; at: number; signal: AbortSignal | undefined };
export type Reply = (call: Call) => Response | Promise<Response>;

export const json = (body: unknown, init: ResponseInit = {}) => new Response(JSON.stringify(body), init);
export const status = (code: number, headers: Record<string, string> = {}) =>
  new Response('{"message":"no"}', { status: code, headers });
export const emptyPage = { skills: [], page: 1, page_size: 10, total: 0, total_pages: 0 };

/** A client on a virtual clock whose server gives these replies, the last one again and again. */
export function createHarness(replies: readonly Reply[], overrides: Partial<MarketplaceHttpDeps> = {}) {
  const clock = createVirtualClock();
  const log = createLogSpy();
  const tokens = createTokenSpy();
  const calls: Call[] = [];
  const fakeFetch = async (input: string | URL | Request, init: RequestInit = {}) => {
    const call: Call = {
      url: new URL(String(input)),
      authorization: new Headers(init.headers).get('authorization'),
      at: clock.now(),
      signal: init.signal ?? undefined,
    };
    calls.push(call);
    const reply = replies[Math.min(calls.length, replies.length) - 1];
    if (!reply) throw new Error('no reply');
    return reply(call);
  };
  const deps: MarketplaceHttpDeps = {
    baseUrl: 'https://api.example.test',
    token: tokens.token,
    fetch: fakeFetch as typeof fetch,
    now: clock.now,
    sleep: clock.sleep,
    random: () => 0.5,
    timeoutMs: 30_000,
    log,
    ...overrides,
  };
  return { clock, log, tokens, calls, deps, marketplace: createMarketplace(deps) };
}

/** The error that a promise is rejected with, once time has run on. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('It should have failed.');
}

/** The milliseconds between one call and the next. */
export function gaps(calls: readonly Call[]): number[] {
  return calls.slice(1).map((call, index) => call.at - (calls[index]?.at ?? Number.NaN));
}
