import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { BodyTooLargeError, messageOf, PortUnavailableError } from '#local/errors.ts';
import { type Guard, guardServer } from './guard-server.ts';

/** A listening HTTP server on 127.0.0.1. */
export type LoopbackServer = {
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, lets open requests finish for up to `graceMs` (default 2,000), then cuts them. */
  close(graceMs?: number): Promise<void>;
};

/** Answers one request. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** Where a server listens, and whom it lets in. */
export type LoopbackOptions = {
  /** 0 (default) for any free one. */
  readonly port?: number;
  /** Default: whoever calls it by its own address and is no page of another origin. */
  readonly guard?: Guard;
};

/** How often connections are looked at that take too long for a request. */
const CONNECTIONS_CHECK_MS = 5000;
/** Past this many surplus bytes a sender is cut off instead of being read to the end of its body. */
const DRAIN_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Starts an HTTP server that only this computer reaches, and of what is on it only programs, see `guard-server.ts`.
 *
 * @throws PortUnavailableError when the port is taken or not allowed.
 */
export async function startLoopbackServer(
  handler: RequestHandler,
  { port = 0, guard = {} }: LoopbackOptions = {},
): Promise<LoopbackServer> {
  const server = createServer({ connectionsCheckingInterval: CONNECTIONS_CHECK_MS }, (request, response) => {
    Promise.resolve()
      .then(() => handler(request, response))
      .catch((error: unknown) => answerFailure(response, error));
  });
  // A client that keeps a connection open between calls must not see it closed just as it sends the next one.
  server.keepAliveTimeout = 65_000;
  guardServer(server, guard);
  await listen(server, port);
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    close: (graceMs = 2000) => closeServer(server, graceMs),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE' ? 'is in use' : `can't be used (${error.code ?? error.message})`;
      reject(new PortUnavailableError(port, reason, { cause: error }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const timer = new AbortController();
  await Promise.race([closed, delay(graceMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
  server.closeAllConnections();
  await closed;
}

function answerFailure(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  sendJson(response, 500, { message: messageOf(error) });
}

/** Sends a JSON body. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/**
 * Reads a request's whole body.
 *
 * @throws BodyTooLargeError past `limitBytes`. The surplus is read and thrown away first: a client that is still
 *   sending would otherwise see a reset connection in place of the answer.
 */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= limitBytes) chunks.push(chunk);
    else chunks.length = 0;
    if (length > limitBytes + DRAIN_LIMIT_BYTES) break;
  }
  if (length > limitBytes) throw new BodyTooLargeError(limitBytes);
  return Buffer.concat(chunks);
}
