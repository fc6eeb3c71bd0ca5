import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { expect } from 'vitest';
import * as z from 'zod';
import { InvalidTokenError } from '#core/errors.ts';
import { createMatcher } from '#functions/admin-api/http/match-route.ts';
import type { Route } from '#functions/admin-api/http/route.ts';
import { type Api, createApi } from '#functions/admin-api/http/serve-request.ts';
import type { VerifyToken } from '#functions/admin-api/ports.ts';
import { failure } from '#functions/admin-api/present/wire-schemas.ts';
import { routeTable } from '#functions/admin-api/routes/route-table.ts';
import type { World } from './world.ts';

export const CORRELATION_ID = 'JKJaXmPLvHcESHA=';

export type EventParts = {
  readonly method?: string;
  /** With its query string. */
  readonly path: string;
  /** The whole Authorization header; a level's name is enough for the fake verifier. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly rawBody?: string;
  readonly isBase64Encoded?: boolean;
};

/** An event as API Gateway's HTTP API sends it (payload format 2.0). */
export function eventOf(parts: EventParts) {
  const { method = 'GET', path, token, body, rawBody, headers = {}, isBase64Encoded = false } = parts;
  const [rawPath = '', rawQueryString = ''] = path.split(/\?(.*)/s);
  const query = [...new URLSearchParams(rawQueryString)];
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers: {
      accept: '*/*',
      host: 'api.example.com',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(query.length > 0 && { queryStringParameters: Object.fromEntries(query) }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'api-id',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'vitest' },
      requestId: CORRELATION_ID,
      routeKey: '$default',
      stage: '$default',
      time: '19/Feb/2026:10:30:00 +0000',
      timeEpoch: 1_771_497_000_000,
    },
    ...(body === undefined && rawBody === undefined ? {} : { body: rawBody ?? JSON.stringify(body) }),
    isBase64Encoded,
  };
}

export type Answered = {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies whose shapes they are about to check
  readonly body: any;
  /** The body as it was sent: what it says of a number may be more than a double holds. */
  readonly text: string;
};

export function read(result: APIGatewayProxyStructuredResultV2): Answered {
  const text = result.isBase64Encoded ? Buffer.from(result.body ?? '', 'base64').toString() : result.body;
  return {
    status: result.statusCode ?? 0,
    headers: result.headers ?? {},
    body: isJson(result) ? JSON.parse(text ?? 'null') : text,
    text: text ?? '',
  };
}

function isJson({ headers }: APIGatewayProxyStructuredResultV2): boolean {
  return headers?.['content-type'] === 'application/json';
}

/** Takes a level's name, or any other group, as the token. `refused` is no good. */
export const fakeVerifier: VerifyToken = async (token) => {
  if (token === 'refused') throw new InvalidTokenError('no good');
  return { subject: `user-${token}`, levels: [token] };
};

export function apiOf(world: World, routes: readonly Route[] = routeTable, verifyToken = fakeVerifier): Api {
  return createApi({ match: createMatcher(routes), services: world.services, verifyToken });
}

/** Calls the API of a world, as AUTONOMOUS unless told otherwise, and holds the answer against its documentation. */
export async function call(world: World, parts: EventParts, api: Api = apiOf(world)): Promise<Answered> {
  return callWithEvent(world, eventOf({ token: 'AUTONOMOUS', ...parts }), api);
}

/** The same with a path that is taken as it is, question marks included. */
export function callRaw(world: World, rawPath: string): Promise<Answered> {
  return callWithEvent(world, { ...eventOf({ path: '/', token: 'AUTONOMOUS' }), rawPath }, apiOf(world));
}

async function callWithEvent(world: World, event: object, api: Api): Promise<Answered> {
  const answer = read(await api(event, CORRELATION_ID));
  expectDocumented(world, answer);
  return answer;
}

/** Every success has the documented shape and nothing more; every failure has the shape of failures. */
function expectDocumented(world: World, { status, body }: Answered): void {
  const line = world.lines.findLast(({ message }) => message === 'request')?.facts;
  const route = routeTable.find(({ method, path }) => line?.method === method && line?.route === path);
  const documented = route?.responses[status];
  const isText = documented?.asText !== undefined && typeof body === 'string';
  const schema = isText ? z.string() : (documented?.schema ?? (status >= 400 ? failure : z.unknown()));
  if (route && status < 400) expect(Object.keys(route.responses)).toContain(String(status));
  expect(body).toEqual(schema.parse(body));
}
