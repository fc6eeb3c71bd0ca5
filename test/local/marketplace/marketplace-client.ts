/** A plain client of the simulator, for its own tests. */
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { Fault } from '#local/marketplace/faults/fault-schema.ts';
import type { MarketplaceOptions } from '#local/marketplace/options.ts';
import { type Marketplace, startMarketplace } from '#local/marketplace/server.ts';

/** Starts a small marketplace that ends with the test. */
export async function startForTest(options: MarketplaceOptions = {}): Promise<Marketplace> {
  const marketplace = await startMarketplace({ skills: 25, ...options });
  onTestFinished(() => marketplace.close());
  return marketplace;
}

/** The same with faults in force. */
export async function startWith(...faults: Fault[]): Promise<Marketplace> {
  const marketplace = await startForTest();
  for (const fault of faults) marketplace.faults.add(fault);
  return marketplace;
}

/** Sends one request with the marketplace's token. */
export function call(marketplace: Marketplace, path: string, init: RequestInit & { json?: unknown } = {}) {
  const { json, ...rest } = init;
  const body = json === undefined ? rest.body : JSON.stringify(json);
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const headers = { authorization: `Bearer ${marketplace.token}`, ...type, ...rest.headers };
  return fetch(marketplace.url + path, { ...rest, body, headers });
}

/** Status and parsed body of one request. */
export async function ask(
  marketplace: Marketplace,
  path: string,
  init: RequestInit & { json?: unknown } = {},
) {
  const response = await call(marketplace, path, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

/** The code of a failed connection, or 'answered'. */
export async function failureOf(work: Promise<Response>): Promise<string> {
  try {
    await (await work).text();
    return 'answered';
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    return cause?.code ?? 'unknown';
  }
}

/** A listener of the feed that keeps what came. */
export type Listener = {
  readonly socket: WebSocket;
  readonly frames: Record<string, unknown>[];
  readonly texts: string[];
  binaries: number;
  /** Resolves when so many messages came. */
  untilMessages(count: number): Promise<void>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly error: Promise<Error>;
};

/** Connects to the feed; resolves when open, closed or refused. */
export async function listen(marketplace: Marketplace, token = marketplace.token): Promise<Listener> {
  const socket = new WebSocket(`${marketplace.wsUrl}?token=${encodeURIComponent(token)}`, {
    maxPayload: 1024 * 1024,
  });
  onTestFinished(() => socket.terminate());
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  const failed = Promise.withResolvers<Error>();
  let waiting: { count: number; resolve: () => void }[] = [];
  const listener: Listener = {
    socket,
    frames: [],
    texts: [],
    binaries: 0,
    untilMessages: (count) =>
      new Promise((resolve) => {
        if (listener.texts.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    closed: closed.promise,
    error: failed.promise,
  };
  socket.on('message', (data, isBinary) => {
    const text = data.toString();
    listener.texts.push(text);
    if (isBinary) listener.binaries += 1;
    try {
      listener.frames.push(JSON.parse(text));
    } catch {
      // Garbage is kept as text only.
    }
    for (const { resolve } of waiting.filter(({ count }) => listener.texts.length >= count)) resolve();
    waiting = waiting.filter(({ count }) => listener.texts.length < count);
  });
  socket.on('open', () => opened.resolve());
  socket.on('error', (error) => {
    failed.resolve(error);
    opened.resolve();
  });
  socket.on('close', (code, reason) => {
    closed.resolve({ code, reason: reason.toString() });
    opened.resolve();
  });
  await opened.promise;
  return listener;
}
