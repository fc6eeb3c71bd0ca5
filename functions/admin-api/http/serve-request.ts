import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { MAX_RESPONSE_BYTES, textBytes, textExceeds } from '#core/answer-size.ts';
import { type Audit, createAudit } from '#functions/admin-api/audit/audit-changes.ts';
import { AlarmedEvent, type Services, type VerifyToken } from '#functions/admin-api/ports.ts';
import { answerError } from './answer-error.ts';
import { authenticate, requireLevel } from './authenticate.ts';
import { correlationIdOf } from './correlation-id.ts';
import { answerTooLarge } from './errors.ts';
import type { Caller } from './governance.ts';
import type { MatchRoute, RouteMatch } from './match-route.ts';
import { readBody, requireSize } from './read-body.ts';
import { type ApiRequest, readRequest } from './read-request.ts';
import type { RouteResponse } from './route.ts';
import { validateInput } from './validate-input.ts';
import { BUDGET_MS, withinTime } from './within-time.ts';
import { writeResponse } from './write-response.ts';

export type ApiDeps = {
  readonly match: MatchRoute;
  readonly services: Services;
  readonly verifyToken: VerifyToken;
  /**
   * Milliseconds for the work of one request.
   * @default BUDGET_MS
   */
  readonly budgetMs?: number;
};

/** Answers one event in an invocation of this id. Never rejects: whatever goes wrong is an answer. */
export type Api = (event: unknown, invocationId: string) => Promise<APIGatewayProxyStructuredResultV2>;

/** One request, and what becomes known of it on its way: for its log line and its audit record. */
type RequestContext = {
  readonly request: ApiRequest;
  readonly correlationId: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  match?: RouteMatch;
  caller?: Caller;
  body?: unknown;
};

/** How a request ended: the response, and the code of its error where it has one. */
type Outcome = { readonly response: APIGatewayProxyStructuredResultV2; readonly error: string | undefined };

/** What a request is served with. */
type Serving = {
  readonly match: MatchRoute;
  readonly services: Services;
  readonly verifyToken: VerifyToken;
  readonly audit: Audit;
};

/** What Lambda takes, less what status and headers can weigh. */
const MAX_RESPONSE_BODY_BYTES = MAX_RESPONSE_BYTES - 20_000;

/**
 * A browser asks so before it calls, without a token. Which pages may call is API Gateway's to say, which puts its headers
 * on this answer; it says the same of every address, whether something is there or not.
 */
const NOTHING_TO_SAY: RouteResponse = { status: 204, body: '' };

/** Below these nobody learns without a token what exists and what does not. */
const PROTECTED_AREAS: readonly (string | undefined)[] = ['api', 'metrics'];

/**
 * Makes the API out of its routes: token, route, level, body, validation, handler, in this order.
 * Leaves one log line for each request, without token, query or body; for each change one more before its work
 * begins, and an audit record.
 */
export function createApi({ match, services, verifyToken, budgetMs = BUDGET_MS }: ApiDeps): Api {
  const serving = { match, services, verifyToken, audit: createAudit(services) };
  const { log, now, sleep } = services;

  return async (event, invocationId) => {
    const correlationId = correlationIdOf(event, invocationId);
    const context: RequestContext = { request: readRequest(event), correlationId, startedAt: now() };
    const onError = (error: unknown) => answerError(error, correlationId, log);
    const answer = await withinTime(sleep, serve(context, serving), budgetMs).catch(onError);
    const outcome = write(answer, correlationId, onError);
    await report(context, outcome, serving);
    return outcome.response;
  };
}

async function serve(context: RequestContext, { match, services, verifyToken, audit }: Serving) {
  const { request, correlationId } = context;
  if (request.method === 'OPTIONS') return NOTHING_TO_SAY;
  if (PROTECTED_AREAS.includes(request.segments[0])) {
    context.caller = await authenticate(verifyToken, request.authorization);
  }
  const { route, params } = await match(request.method, request.segments);
  context.match = { route, params };
  if (route.level !== 'public') context.caller ??= await authenticate(verifyToken, request.authorization);
  audit.begin({ route, caller: context.caller, correlationId });
  requireLevel(route.level, context.caller);
  requireSize(request);
  context.body = route.body && readBody(request);
  const { query, headers } = request;
  const input = validateInput(route, { params, query, headers, body: context.body });
  return route.handle({ ...input, caller: context.caller }, services);
}

/** Leaves the audit record of a change, the counts that alarms are made of, and the request's log line. */
async function report(
  context: RequestContext,
  { response, error }: Outcome,
  { match, audit, services }: Serving,
) {
  const { request, correlationId, startedAt: at, caller, body } = context;
  const { log, now, count } = services;
  const status = response.statusCode ?? 0;
  const { route, params } = context.match ?? (await matchQuietly(match, request)) ?? {};
  if (route && params) {
    const parts = { path: params, query: request.query, body };
    await audit.record({ ...parts, route, at, caller, status, error, correlationId });
  }
  if (status >= 500 && route?.tag === 'health') count(AlarmedEvent.unhealthy);
  log.info('request', {
    correlation_id: correlationId,
    method: context.match?.route.method ?? 'other',
    route: context.match?.route.path ?? 'none',
    status,
    ms: now() - at,
    subject: caller?.subject,
    caller_level: caller?.level,
  });
}

/** The response with the error's code, also where the answer itself can't be written or is too large. */
function write(
  answer: RouteResponse,
  correlationId: string,
  onError: (error: unknown) => RouteResponse,
): Outcome {
  const written = (it: RouteResponse) => {
    const response = writeResponse(it, correlationId);
    const { body = '' } = response;
    if (textExceeds(MAX_RESPONSE_BODY_BYTES, body)) throw answerTooLarge(textBytes(body));
    return { response, error: errorCode(it) };
  };
  try {
    return written(answer);
  } catch (error) {
    return written(onError(error));
  }
}

function errorCode({ body }: RouteResponse): string | undefined {
  return typeof body === 'object' && 'error' in body && typeof body.error === 'string'
    ? body.error
    : undefined;
}

/** The route that a request without a valid token was for; its caller does not learn whether there is one. */
async function matchQuietly(
  match: MatchRoute,
  { method, segments }: ApiRequest,
): Promise<RouteMatch | undefined> {
  try {
    return await match(method, segments);
  } catch {
    return undefined;
  }
}
