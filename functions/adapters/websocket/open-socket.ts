import type { IncomingMessage } from 'node:http';
import { type RawData, WebSocket } from 'ws';
import type { Ending, OpenSocket, SocketEvents } from '#core/feed/feed-socket.ts';
import { retryAfterMs } from '#core/marketplace/retry-after.ts';
import type { Now } from '#core/time/clock.ts';

export type SocketOptions = {
  /** Where the feed is, without the token. Validated: `ws` would throw an error that quotes the address. */
  readonly url: string;
  readonly now: Now;
  /** Default 10 s. */
  readonly handshakeTimeoutMs?: number;
};

/** The contract's limit of a frame. */
const MAX_FRAME_BYTES = 1024 * 1024;
/** So much may wait to be taken by the server before our signals are left out: it then is no listener any more. */
const MAX_UNSENT_BYTES = 64 * 1024;

/** The close codes that `ws` sends for what it finds wrong with a frame; all others are 1002. */
const FAULT_CODES: Readonly<Record<string, number>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
};
const PROTOCOL_ERROR = 1002;

/**
 * Makes the opener of the feed's sockets: `ws` without compression (17 times slower), without redirects (the token
 * is in the address), with frames of 1 MB at most.
 *
 * @example
 * const openSocket = createSocketOpener({ url: env.ATOM_SAAS_WS_URL, now: Date.now });
 */
export function createSocketOpener({ url, now, handshakeTimeoutMs = 10_000 }: SocketOptions): OpenSocket {
  return (token, events) => {
    const address = new URL(url);
    address.searchParams.set('token', token);
    const socket = new WebSocket(address, {
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: MAX_FRAME_BYTES,
      handshakeTimeout: handshakeTimeoutMs,
    });
    listen(socket, events, now);
    return {
      send: (text) => {
        if (socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > MAX_UNSENT_BYTES) return;
        socket.send(text, () => undefined);
      },
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      close: (code) => socket.close(code),
      terminate: () => socket.terminate(),
    };
  };
}

function listen(socket: WebSocket, events: SocketEvents, now: Now): void {
  let fault: Ending | undefined;
  let isOpen = false;
  socket.on('open', () => {
    isOpen = true;
    events.opened();
  });
  socket.on('message', (data: RawData, isBinary: boolean) => {
    const bytes = lengthOf(data);
    events.frame({ text: isBinary ? '' : data.toString(), isBinary, bytes });
  });
  socket.on('ping', events.alive);
  socket.on('pong', events.alive);
  socket.on('unexpected-response', (_request, response) => {
    fault = refusal(response, now());
    // `ws` leaves it to the listener to end the request.
    socket.terminate();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    const code = error.code ?? '';
    fault ??= isOpen
      ? { kind: 'broken', code: FAULT_CODES[code] ?? PROTOCOL_ERROR }
      : { kind: 'unreachable', cause: code === '' ? 'handshake failed' : code };
  });
  socket.on('close', (code: number) => events.ended(fault ?? { kind: 'closed', code }));
}

function refusal(response: IncomingMessage, nowMs: number): Ending {
  const headers = new Headers();
  for (const name of ['retry-after', 'date']) {
    const value = response.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  return {
    kind: 'refused',
    status: response.statusCode ?? 0,
    retryAfterMs: retryAfterMs(headers, nowMs),
  };
}

function lengthOf(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, part) => sum + part.byteLength, 0) : data.byteLength;
}
