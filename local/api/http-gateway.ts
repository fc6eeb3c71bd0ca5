import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyTooLargeError } from '#local/errors.ts';
import type { Guard } from '#local/guard/guard-server.ts';
import { type LoopbackServer, readBody, startLoopbackServer } from '#local/guard/loopback-server.ts';
import { ANSWER_TOO_LARGE, MAX_REQUEST_BYTES } from '#local/lambda/lambda-messages.ts';
import type { InvocationResult } from '#local/lambda/lambda-runtime.ts';
import { createThrottle, type Throttle, type ThrottleSettings } from '#local/lambda/throttle.ts';
import { answerPreflight, type CorsConfiguration, corsHeaders } from './http-cors.ts';
import { httpEvent, type ReceivedRequest } from './http-event.ts';
import { failureResponse, type HttpAnswer, readFunctionAnswer } from './http-response.ts';
import { createRouter, type HttpRoute, type MatchedRoute, type Router } from './http-routes.ts';

/** The HTTP API of the template. */
export type HttpApiDefinition = {
  readonly routes: HttpRoute[];
  /** For every route without settings of its own; each route has a bucket to itself. */
  readonly defaultThrottle?: ThrottleSettings;
  /** By route key. */
  readonly routeThrottles: Record<string, ThrottleSettings>;
  /** Pages of these origins may call it beside its own; absent: no others. */
  readonly cors?: CorsConfiguration;
};

/** The running gateway; it answers 503 until it serves an API. */
export type HttpGateway = LoopbackServer & {
  /** Puts the API in service; until then every request is answered 503 `starting`. */
  serve(definition: HttpApiDefinition, invoke: Invoke): void;
};

type Invoke = (functionName: string, payload: string) => Promise<InvocationResult>;
type Service = {
  readonly router: Router;
  readonly throttle: (routeKey: string) => Throttle;
  readonly invoke: Invoke;
  readonly cors?: CorsConfiguration;
};

/** How a gateway listens. */
export type HttpGatewayOptions = {
  readonly port: number;
  /** Default 30,000, as in AWS. */
  readonly timeoutMs?: number;
  /** Milliseconds; default `Date.now`. */
  readonly now?: () => number;
};

const MAX_BODY_BYTES = 10 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 30_000;

/** The account's own limit, which holds where the stage sets none. */
const ACCOUNT_THROTTLE: ThrottleSettings = { ratePerSecond: 10_000, burst: 5000 };

/**
 * Starts the HTTP API on 127.0.0.1. It takes its port at once, so that a port in use is known before the slow parts.
 *
 * Tokens are not looked at here: the function checks them itself, with the code that is deployed.
 *
 * @throws PortUnavailableError
 */
export async function startHttpGateway(options: HttpGatewayOptions): Promise<HttpGateway> {
  const now = options.now ?? Date.now;
  let service: Service | undefined;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomUUID();
    const cors = service?.cors;
    const preflight = answerPreflight(cors, message);
    const answer = preflight ?? (await answerRequest(service, message, requestId, timeoutMs));
    const headers = { ...answer.headers, ...corsHeaders(cors, message) };
    send(response, { ...answer, headers }, { requestId, withBody: message.method !== 'HEAD' });
  };
  const guard: Guard = { rules: () => ({ allowedOrigins: service?.cors?.AllowOrigins }) };
  const server = await startLoopbackServer(handle, { port: options.port, guard });
  return {
    ...server,
    serve: (definition, invoke) => {
      const buckets = new Map<string, Throttle>();
      const throttle = (routeKey: string): Throttle => {
        const settings =
          definition.routeThrottles[routeKey] ?? definition.defaultThrottle ?? ACCOUNT_THROTTLE;
        const bucket = buckets.get(routeKey) ?? createThrottle(settings, now);
        buckets.set(routeKey, bucket);
        return bucket;
      };
      service = { router: createRouter(definition.routes), throttle, invoke, cors: definition.cors };
    },
  };
}

async function answerRequest(
  service: Service | undefined,
  message: IncomingMessage,
  requestId: string,
  timeoutMs: number,
): Promise<HttpAnswer> {
  const body = await readBody(message, MAX_BODY_BYTES).catch((error: unknown) => {
    if (error instanceof BodyTooLargeError) return undefined;
    throw error;
  });
  if (service === undefined) {
    return failureResponse(503, 'starting', 'The system is starting; try again in a moment.', {
      'retry-after': '1',
    });
  }
  const [rawPath = '/', rawQueryString = ''] = splitOnce(message.url ?? '/', '?');
  const path = decodePath(rawPath);
  if (path === undefined) return failureResponse(400, 'bad_request', 'The path is not a valid URL path.');
  const match = service.router(message.method ?? 'GET', path);
  if (match === undefined) {
    return failureResponse(404, 'not_found', `There is no ${message.method} ${path}.`);
  }
  const taken = service.throttle(match.route.routeKey)();
  if (!taken.allowed) return tooManyRequests(taken.retryAfterMs);
  if (body === undefined)
    return failureResponse(413, 'payload_too_large', 'The body must not be larger than 10 MB.');
  const received = { message, path, rawQueryString, body, requestId, receivedAt: new Date() };
  return await invokeFunction(service, received, match, timeoutMs);
}

async function invokeFunction(
  service: Service,
  request: ReceivedRequest,
  match: MatchedRoute,
  timeoutMs: number,
): Promise<HttpAnswer> {
  const event = JSON.stringify(httpEvent(request, match));
  if (Buffer.byteLength(event) > MAX_REQUEST_BYTES) {
    return failureResponse(413, 'payload_too_large', 'The request is larger than a function takes (6 MB).');
  }
  const result = await withTimeout(service.invoke(match.route.functionName, event), timeoutMs);
  if (result === undefined) {
    const message = 'The answer took too long; what was asked may still be going on.';
    return failureResponse(503, 'service_unavailable', message);
  }
  if (result.functionError !== undefined && isAnswerTooLarge(result.payload)) return internalServerError();
  const answer = result.functionError === undefined ? readFunctionAnswer(result.payload) : undefined;
  return (
    answer ?? failureResponse(500, 'internal_error', 'The request could not be answered; its log tells more.')
  );
}

function isAnswerTooLarge(payload: string): boolean {
  const { errorType } = JSON.parse(payload) as { readonly errorType?: unknown };
  return errorType === ANSWER_TOO_LARGE;
}

/** API Gateway's own words, so that a local run shows what a caller of AWS would see. */
function internalServerError(): HttpAnswer {
  const body = Buffer.from(JSON.stringify({ message: 'Internal Server Error' }));
  return { status: 500, headers: { 'content-type': 'application/json' }, body };
}

function tooManyRequests(retryAfterMs: number): HttpAnswer {
  const seconds = String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
  const message = `Too many requests; try again in ${seconds} s.`;
  return failureResponse(429, 'too_many_requests', message, { 'retry-after': seconds });
}

function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function splitOnce(text: string, separator: string): string[] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function send(
  response: ServerResponse,
  answer: HttpAnswer,
  { requestId, withBody }: { requestId: string; withBody: boolean },
): void {
  response.writeHead(answer.status, {
    ...answer.headers,
    'content-length': answer.body.length,
    'apigw-requestid': requestId,
  });
  response.end(withBody ? answer.body : undefined);
}
