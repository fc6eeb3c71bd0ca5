import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach } from 'vitest';
import { createMarketplace } from '#adapters/marketplace/client.ts';
import type { MarketplaceHttpDeps } from '#adapters/marketplace/request.ts';
import type { Sleep } from '#core/time/clock.ts';
import { startLoopbackServer } from '#local/guard/loopback-server.ts';
import { startMarketplace } from '#local/marketplace/server.ts';
import { createLogSpy } from './harness.ts';

/** What is closed after each test. */
export const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

export const realSleep: Sleep = async (ms, signal) => {
  await delay(ms, undefined, { signal }).catch(() => signal?.throwIfAborted());
};
/** Backoffs pass at once, time-outs (all of them longer than 100 ms, shorter than 1 s here) in real time. */
const impatientSleep: Sleep = (ms, signal) => realSleep(ms > 400 ? 0 : ms, signal);

/** A client of a real server. */
export function connect(
  server: { url: string; token?: string },
  overrides: Partial<MarketplaceHttpDeps> = {},
) {
  const log = createLogSpy();
  const marketplace = createMarketplace({
    baseUrl: server.url,
    token: async () => server.token ?? 'some-token',
    fetch,
    now: Date.now,
    sleep: impatientSleep,
    random: () => 0.5,
    timeoutMs: 400,
    log,
    ...overrides,
  });
  return { log, marketplace };
}

/** The simulator, with 30 skills. */
export async function simulate(options: Parameters<typeof startMarketplace>[0] = {}) {
  const server = await startMarketplace({ skills: 30, ...options });
  closers.push(() => server.close());
  return server;
}

/** A server that does one thing only; it counts requests and sockets. */
export async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen = { requests: 0, open: new Set<unknown>() };
  const server = await startLoopbackServer((request, response) => {
    seen.requests += 1;
    if (!seen.open.has(request.socket)) request.socket.once('close', () => seen.open.delete(request.socket));
    seen.open.add(request.socket);
    handler(request, response);
  });
  closers.push(() => server.close(0));
  return { url: server.url, seen };
}

/** An empty page. */
export const OK = '{"skills":[],"page":1,"page_size":10,"total":0,"total_pages":0}';
