/** A `fetch` that leads to the simulator without a socket. */
import type { WireAnswer, WireRequest } from './wire-exchange.ts';

/** Answers a request; undefined when the host is none of the simulator's. */
export type Responder = (request: WireRequest) => Promise<WireAnswer> | undefined;

const MAX_REDIRECTS = 20;

/**
 * Makes the `fetch`. What would be a failure of the network is a TypeError, as the real one throws: a host that is not
 * the simulator's, a reset, a body that breaks off. A call that never ends does so when its signal is aborted.
 *
 * @param onStray hears of addresses of other servers.
 */
export function createMemoryFetch(respond: Responder, onStray: (url: string) => void): typeof fetch {
  const call = async (request: Request, body: string, redirects: number): Promise<Response> => {
    request.signal.throwIfAborted();
    const url = new URL(request.url);
    const pending = respond({
      method: request.method,
      host: url.host,
      origin: url.origin,
      target: `${url.pathname}${url.search}`,
      headers: Object.fromEntries(request.headers),
      body,
    });
    if (pending === undefined) {
      onStray(request.url);
      throw failed('ENOTFOUND', `getaddrinfo ENOTFOUND ${url.hostname}`);
    }
    const answer = await untilAborted(pending, request.signal);
    if (answer.end.kind === 'reset') throw failed('ECONNRESET', 'read ECONNRESET');
    if (answer.end.kind === 'hang') return untilAborted(new Promise<never>(() => undefined), request.signal);
    const { location } = answer.headers;
    const isRedirect = answer.status >= 300 && answer.status < 400 && location !== undefined;
    if (!isRedirect || request.redirect === 'manual') return toResponse(answer);
    if (request.redirect === 'error' || redirects === MAX_REDIRECTS)
      throw failed('ERR_REDIRECT', 'unexpected redirect');
    const next = new URL(location, url);
    const headers = new Headers(request.headers);
    if (next.origin !== url.origin) headers.delete('authorization');
    return call(new Request(next, { headers, signal: request.signal }), '', redirects + 1);
  };
  return async (input, init) => {
    const request = new Request(input, init);
    return call(request, await request.text(), 0);
  };
}

function toResponse({ status, headers, body, end }: WireAnswer): Response {
  const isEmpty = status === 204 || status === 205 || status === 304;
  if (isEmpty) return new Response(null, { status, headers });
  if (end.kind !== 'cut') return new Response(body, { status, headers });
  const bytes = Buffer.from(body);
  const part = bytes.subarray(0, Math.floor(bytes.length * end.share));
  if (end.isClean) return new Response(part, { status, headers });
  let isSent = false;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (isSent) controller.error(failed('UND_ERR_SOCKET', 'other side closed', 'terminated'));
      else controller.enqueue(part);
      isSent = true;
    },
  });
  return new Response(stream, { status, headers });
}

function failed(code: string, reason: string, message = 'fetch failed'): TypeError {
  return new TypeError(message, { cause: Object.assign(new Error(reason), { code }) });
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
