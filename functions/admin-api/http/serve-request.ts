import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { MAX_RESPONSE_BYTES, textBytes, textExceeds } from '#core/answer-size.ts';
import { type Audit, createAudit } from '#functions/admin-api/audit/audit-changes.ts';
import { Notable, type Services, type VerifyToken } from '#functions/admin-api/ports.ts';
import { answerError } from './answer-error.ts';
import { authenticate, requireLevel } from './authenticate.ts';
import { answerTooLarge } from './errors.ts';
import type { Caller } from './governance.ts';
import { createMatcher, type MatchRoute, type RouteMatch } from './match-route.ts';
import { readBody, refuseTooLarge } from './read-body.ts';
import { type ApiRequest, readRequest } from './read-request.ts';
import type { Answer, Route } from './route.ts';
import { validateInput } from './validate-input.ts';
import { BUDGET_MS, withinTime } from './within-time.ts';
import { writeResponse } from './write-response.ts';

export type ApiDeps = {
  readonly routes: readonly Route[];
  readonly services: Services;
  readonly verifyToken: VerifyToken;
  /**
   * Milliseconds for the work of one request.
   * @default BUDGET_MS
   */
  readonly budgetMs?: number;
};

/** Answers one event. Never rejects: whatever goes wrong is an answer. */
export type Api = (event: unknown, correlationId: string) => Promise<APIGatewayProxyStructuredResultV2>;

/** What becomes known of a request on its way, for its log line and its audit record. */
type Trail = { match?: RouteMatch; caller?: Caller; body?: unknown };

/** What a request is served with. */
type Serving = {
  readonly match: MatchRoute;
  readonly services: Services;
  readonly verifyToken: VerifyToken;
  readonly audit: Audit;
};

/** What Lambda takes, less what status and headers can weigh. */
const MAX_BODY_BYTES = MAX_RESPONSE_BYTES - 20_000;

/** Below these nobody learns without a token what exists and what does not. */
const PROTECTED_AREAS: readonly (string | undefined)[] = ['api', 'metrics'];

/**
 * Makes the API out of its route table: token, route, level, body, validation, handler, in this order.
 * Leaves one log line for each request, without token, query or body; for each change one more before its work
 * begins, and an audit record.
 */
export function createApi({ routes, services, verifyToken, budgetMs = BUDGET_MS }: ApiDeps): Api {
  const match = createMatcher(routes);
  const audit = createAudit(services);
  const { log, now, sleep, count } = services;

  return async (event, correlationId) => {
    const at = now();
    const trail: Trail = {};
    const request = readRequest(event);
    const onError = (error: unknown) => answerError(error, correlationId, log);
    const work = serve(request, trail, correlationId, { match, services, verifyToken, audit });
    const answer = await withinTime(sleep, work, budgetMs).catch(onError);
    const { response, error } = write(answer, correlationId, onError);
    const status = response.statusCode ?? 0;
    const { caller } = trail;
    const { route, params } = trail.match ?? matchQuietly(match, request) ?? {};
    if (route && params) {
      const parts = { path: params, query: request.query, body: trail.body };
      await audit.record({ ...parts, route, at, caller, status, error, correlationId });
    }
    if (status === 401 || status === 403) count(Notable.denied);
    if (status >= 500 && route?.tag !== 'health') count(Notable.failed);
    log.info('request', {
      correlation_id: correlationId,
      method: trail.match?.route.method ?? 'other',
      route: trail.match?.route.path ?? 'none',
      status,
      ms: now() - at,
      subject: caller?.subject,
      caller_level: caller?.level,
    });
    return response;
  };
}

async function serve(
  request: ApiRequest,
  trail: Trail,
  correlationId: string,
  { match, services, verifyToken, audit }: Serving,
): Promise<Answer> {
  if (PROTECTED_AREAS.includes(request.segments[0])) {
    trail.caller = await authenticate(verifyToken, request.authorization);
  }
  const { route, params } = match(request.method, request.segments);
  trail.match = { route, params };
  if (route.level !== 'public') trail.caller ??= await authenticate(verifyToken, request.authorization);
  audit.begin({ route, caller: trail.caller, correlationId });
  requireLevel(route.level, trail.caller);
  refuseTooLarge(request);
  trail.body = route.body && readBody(request);
  const input = validateInput(route, { params, query: request.query, body: trail.body });
  return route.handle({ ...input, caller: trail.caller }, services);
}

/** The response with the error's code, also where the answer itself can't be written or is too large. */
function write(answer: Answer, correlationId: string, onError: (error: unknown) => Answer) {
  const written = (it: Answer) => {
    const response = writeResponse(it, correlationId);
    const { body = '' } = response;
    if (textExceeds(MAX_BODY_BYTES, body)) throw answerTooLarge(textBytes(body));
    return { response, error: errorCode(it) };
  };
  try {
    return written(answer);
  } catch (error) {
    return written(onError(error));
  }
}

function errorCode({ body }: Answer): string | undefined {
  return typeof body !== 'string' && typeof body.error === 'string' ? body.error : undefined;
}

/** The route that a request without a valid token was for; it is never told whether there is one. */
function matchQuietly(match: MatchRoute, { method, segments }: ApiRequest): RouteMatch | undefined {
  try {
    return match(method, segments);
  } catch {
    return undefined;
  }
}
