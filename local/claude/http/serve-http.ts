/** The simulator over a socket. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyTooLargeError } from '#local/errors.ts';
import { readBody } from '#local/guard/loopback-server.ts';
import { errorAnswer } from './api-error.ts';
import { MAX_BATCH_BYTES, tooLarge } from './respond.ts';
import { firstPart } from './serve-fetch.ts';
import type { ClaudeAnswer, ClaudeRequest } from './wire.ts';

type Respond = (request: ClaudeRequest) => Promise<ClaudeAnswer>;

/** Serves one request. Never rejects. */
export async function serveHttp(
  respond: Respond,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await send(response, await respond(await readRequest(request)));
  } catch (error) {
    if (request.errored) return; // The client went away in the middle of its request.
    if (error instanceof BodyTooLargeError) {
      return send(response, errorAnswer(tooLarge(error.limitBytes), 'req_standin_too_large'));
    }
    // A bug of the simulator must be seen as one, not as a Claude that misbehaves.
    process.stderr.write(`Claude simulator: ${error instanceof Error ? error.stack : String(error)}\n`);
    if (response.headersSent) response.destroy();
    else
      await send(response, errorAnswer({ type: 'api_error', message: `simulator bug: ${error}` }, 'req_bug'));
  }
}

async function readRequest(request: IncomingMessage): Promise<ClaudeRequest> {
  const origin = `http://${request.headers.host ?? '127.0.0.1'}`;
  const { pathname, searchParams } = new URL(request.url ?? '/', origin);
  const body = await readBody(request, MAX_BATCH_BYTES);
  return {
    method: request.method ?? 'GET',
    origin,
    path: pathname,
    query: searchParams,
    header: (name) => [request.headers[name]].flat()[0],
    body: body.toString('utf8'),
  };
}

async function send(response: ServerResponse, answer: ClaudeAnswer): Promise<void> {
  const { lost, status, headers, body } = answer;
  if (lost?.kind === 'hang') return; // Open until the client gives up or the server closes.
  if (lost?.kind === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (typeof body === 'string') {
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  } else {
    response.writeHead(status, headers);
  }
  if (lost?.kind === 'cut') {
    // Destroyed only when the part is with the kernel, or the client would see a plain reset.
    response.flushHeaders();
    response.write(firstPart(body, lost.share), () => response.socket?.destroy());
    return;
  }
  if (typeof body === 'string') response.end(body);
  else await sendPieces(response, body);
}

async function sendPieces(response: ServerResponse, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    if (response.destroyed) return;
    if (!response.write(piece)) await drained(response);
  }
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}
