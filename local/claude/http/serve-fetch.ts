/** The simulator as a `fetch`, without a socket. */
import type { ClaudeAnswer, ClaudeRequest, LostAnswer } from './wire.ts';

type Respond = (request: ClaudeRequest) => Promise<ClaudeAnswer>;

/** A connection that was reset, as Node's own `fetch` reports it. */
class FetchFailedError extends TypeError {
  override readonly name = 'TypeError';
  constructor() {
    const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' });
    super('fetch failed', { cause });
  }
}

/** Makes a `fetch` that reaches the simulator whatever host it is asked for. */
export function createFetch(respond: Respond): typeof fetch {
  return async (input, init) => {
    const request = input instanceof Request ? new Request(input, init) : undefined;
    const signal = init?.signal ?? request?.signal;
    signal?.throwIfAborted();
    const body = typeof init?.body === 'string' ? init.body : await bodyOf(request, init);
    const method = init?.method ?? request?.method ?? 'GET';
    const headers = request?.headers ?? new Headers(init?.headers);
    const url = input instanceof Request ? input.url : input;
    const work = respond(requestOf({ method, url, headers, body }));
    const answer = await orAborted(work, signal);
    const { lost } = answer;
    if (lost?.kind === 'reset') throw new FetchFailedError();
    if (lost?.kind === 'hang') return orAborted(new Promise<never>(() => {}), signal);
    return responseOf(answer, lost);
  };
}

function bodyOf(request: Request | undefined, init: RequestInit | undefined): Promise<string> | string {
  if (request) return request.text();
  return init?.body == null ? '' : new Response(init.body).text();
}

type Sent = {
  readonly method: string;
  readonly url: string | URL;
  readonly headers: Headers;
  readonly body: string;
};

function requestOf({ method, url, headers, body }: Sent): ClaudeRequest {
  const { origin, pathname, searchParams } = new URL(url);
  return {
    method: method.toUpperCase(),
    origin,
    path: pathname,
    query: searchParams,
    header: (name) => headers.get(name) ?? undefined,
    body,
  };
}

function responseOf({ status, headers, body }: ClaudeAnswer, lost: LostAnswer | undefined): Response {
  if (lost?.kind === 'cut') return new Response(streamOf(cutShort(body, lost.share)), { status, headers });
  return new Response(typeof body === 'string' ? body : streamOf(body), { status, headers });
}

function streamOf(pieces: Iterable<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = pieces[Symbol.iterator]();
  return new ReadableStream({
    pull: (controller) => {
      const { done, value } = iterator.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: () => void iterator.return?.(),
  });
}

/** Part of a body, then the end that a broken connection makes. */
function* cutShort(body: string | Iterable<string>, share: number): Generator<string> {
  yield firstPart(body, share);
  throw new TypeError('terminated', { cause: new Error('other side closed') });
}

/** The first share (0–1) of a body. */
export function firstPart(body: string | Iterable<string>, share: number): string {
  const text = typeof body === 'string' ? body : [...body].join('');
  return text.slice(0, Math.floor(text.length * share));
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (!signal) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', abort));
}
