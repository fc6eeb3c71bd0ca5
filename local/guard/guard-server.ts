import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type AccessKey, isSignedBy, readAuthorization } from './aws-signature.ts';
import {
  type GuardRules,
  originForm,
  type Refusal,
  type RequestHead,
  validateRequest,
} from './request-guard.ts';
import { takeBody } from './take-body.ts';

/** How a listener is guarded. */
export type Guard = {
  /** What it lets in; asked for each request, its own port given. */
  readonly rules?: (request: IncomingMessage) => Omit<GuardRules, 'port'>;
  /** Set for a stand-in of an AWS service: its refusals are in AWS's form, and `key` has to sign what comes in. */
  readonly aws?: {
    /** @default - whoever passes the rules may come in: for engines that a test starts for itself */
    readonly key?: AccessKey;
  };
};

/** What the SDKs of AWS send. */
const AWS_CONTENT_TYPES = [
  'application/x-amz-json-1.0',
  'application/x-amz-json-1.1',
  'application/json',
  'application/octet-stream',
];

/** Nobody on the same computer needs longer for a request's head, or for the whole of it. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Larger than any body that a stand-in takes; the signature covers the body, so it is held until it is judged. */
const HELD_BODY_BYTES = 32 * 1024 * 1024;

/**
 * Puts the guard before everything that listens to a server's requests and upgrades. To be called when all of them
 * do, and before the server listens.
 */
export function guardServer(server: Server, guard: Guard): void {
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  const serve = takeListeners(server, 'request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const refusal = validateHead(request, guard);
    if (refusal !== undefined) return refuse(response, refusal, guard);
    request.url = originForm(request.url ?? '/');
    // dynalite's own answer to a browser is to let every origin in.
    if (guard.aws) delete request.headers.origin;
    const key = guard.aws?.key;
    if (key === undefined) return serve(request, response);
    void admitSigned(request, key).then((unsigned) => {
      if (unsigned === undefined) serve(request, response);
      else refuse(response, unsigned, guard);
    });
  });
  if (server.listenerCount('upgrade') === 0) return;
  const upgrade = takeListeners(server, 'upgrade');
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = validateHead(request, guard);
    if (refusal !== undefined) return refuseUpgrade(socket, refusal);
    request.url = originForm(request.url ?? '/');
    upgrade(request, socket, head);
  });
}

type Listener = (...args: unknown[]) => void;

function takeListeners(server: Server, event: string): Listener {
  const listeners = server.listeners(event) as Listener[];
  server.removeAllListeners(event);
  return (...args) => {
    for (const listener of listeners) listener.apply(server, args);
  };
}

function validateHead(request: IncomingMessage, guard: Guard): Refusal | undefined {
  const contentTypes = guard.aws && AWS_CONTENT_TYPES;
  const port = request.socket.localPort ?? 0;
  return validateRequest(headOf(request), { contentTypes, ...guard.rules?.(request), port });
}

function headOf({ method = 'GET', url = '/', rawHeaders }: IncomingMessage): RequestHead {
  const headers: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.push([(rawHeaders[index] ?? '').toLowerCase(), rawHeaders[index + 1] ?? '']);
  }
  return { method, target: url, headers };
}

/** Why a request is not signed by the key; undefined where it is, its body then being ready to be read. */
async function admitSigned(request: IncomingMessage, key: AccessKey): Promise<Refusal | undefined> {
  // A signature in the address is not looked for: who signs addresses hands them on, and nobody here does.
  const authorization = readAuthorization(request.headers.authorization ?? '');
  if (authorization === undefined) return UNSIGNED;
  if (authorization.accessKeyId !== key.accessKeyId) return UNKNOWN_KEY;
  const held = await takeBody(request, HELD_BODY_BYTES);
  if (held === undefined) return TOO_LARGE;
  const { method, target, headers } = headOf(request);
  const joined = new Map<string, string>();
  for (const [name, value] of headers) joined.set(name, [joined.get(name), value].filter(Boolean).join(','));
  if (!isSignedBy(key, { method, target, headers: joined, body: held.body }, authorization)) return FORGED;
  held.giveBack();
  return undefined;
}

const UNSIGNED: Refusal = {
  status: 403,
  code: 'MissingAuthenticationTokenException',
  message: 'Request is missing Authentication Token: sign it with the access key in session.json.',
};
const UNKNOWN_KEY: Refusal = {
  status: 403,
  code: 'UnrecognizedClientException',
  message:
    'The security token included in the request is invalid: the access key of this start is in session.json.',
};
const FORGED: Refusal = {
  status: 403,
  code: 'InvalidSignatureException',
  message:
    'The request signature we calculated does not match the signature you provided. Check your secret access key.',
};
const TOO_LARGE: Refusal = {
  status: 413,
  code: 'RequestEntityTooLargeException',
  message: `The body is larger than ${HELD_BODY_BYTES} bytes.`,
};

function refuse(response: ServerResponse, refusal: Refusal, { aws }: Guard): void {
  const text = JSON.stringify(aws ? inAwsWords(refusal) : inOurWords(refusal));
  response.writeHead(refusal.status, {
    'content-type': aws ? 'application/x-amz-json-1.0' : 'application/json',
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
    ...(aws && { 'x-amzn-errortype': refusal.code, 'x-amzn-requestid': randomUUID() }),
  });
  response.end(text);
}

function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const text = JSON.stringify(inOurWords(refusal));
  const lines = [
    `HTTP/1.1 ${refusal.status} Refused`,
    'connection: close',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
  ];
  socket.on('error', () => socket.destroy());
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
}

function inOurWords({ code, message }: Refusal): unknown {
  return { success: false, error: code, message };
}

/** Some services spell the message with a capital letter, and the SDKs know which. */
function inAwsWords({ code, message }: Refusal): unknown {
  return { __type: code, message, Message: message };
}
