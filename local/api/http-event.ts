import type { IncomingMessage } from 'node:http';
import type { MatchedRoute } from './http-routes.ts';

/** A request with its whole body. */
export type ReceivedRequest = {
  readonly message: IncomingMessage;
  /** Decoded, as API Gateway passes it on. */
  readonly path: string;
  readonly rawQueryString: string;
  readonly body: Buffer;
  readonly requestId: string;
  readonly receivedAt: Date;
};

const API_ID = 'local';
const ACCOUNT_ID = '000000000000';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Types that API Gateway passes on as text; every other body comes as base64. */
const TEXT_TYPES = /^(text\/|application\/(json|javascript|xml|[\w.+-]+\+(json|xml)))/i;

/**
 * Builds the event of an HTTP API (payload format 2.0) that a function gets for a request.
 *
 * As in AWS `rawPath` comes decoded and `rawQueryString` doesn't; values of a header or a parameter that comes several
 * times are joined by commas; parts that are empty are left out.
 */
export function httpEvent(request: ReceivedRequest, match: MatchedRoute): Record<string, unknown> {
  const { message, path, rawQueryString, body } = request;
  const { headers, cookies } = headersOf(message);
  const isText = TEXT_TYPES.test(headers['content-type'] ?? 'text/plain') && isUtf8(body);
  return {
    version: '2.0',
    routeKey: match.route.routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookies.length === 0 ? {} : { cookies }),
    headers,
    ...optional('queryStringParameters', queryParameters(rawQueryString)),
    requestContext: requestContext(request, match, headers),
    ...optional('pathParameters', match.pathParameters),
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

function requestContext(
  request: ReceivedRequest,
  match: MatchedRoute,
  headers: Record<string, string>,
): unknown {
  const { message, path, requestId, receivedAt } = request;
  const domainName = headers.host ?? 'localhost';
  return {
    accountId: ACCOUNT_ID,
    apiId: API_ID,
    domainName,
    domainPrefix: domainName.split('.')[0],
    http: {
      method: message.method,
      path,
      protocol: `HTTP/${message.httpVersion}`,
      sourceIp: message.socket.remoteAddress ?? '127.0.0.1',
      userAgent: headers['user-agent'] ?? '',
    },
    requestId,
    routeKey: match.route.routeKey,
    stage: '$default',
    time: commonLogTime(receivedAt),
    timeEpoch: receivedAt.getTime(),
  };
}

function headersOf(message: IncomingMessage): { headers: Record<string, string>; cookies: string[] } {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (let index = 0; index < message.rawHeaders.length; index += 2) {
    const name = (message.rawHeaders[index] ?? '').toLowerCase();
    const value = message.rawHeaders[index + 1] ?? '';
    if (name === 'cookie') cookies.push(...value.split(/;\s*/).filter((cookie) => cookie !== ''));
    else headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  headers['x-forwarded-for'] ??= message.socket.remoteAddress ?? '127.0.0.1';
  headers['x-forwarded-port'] ??= String(message.socket.localPort ?? '');
  headers['x-forwarded-proto'] ??= 'http';
  return { headers, cookies };
}

function queryParameters(rawQueryString: string): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    joined[name] = joined[name] === undefined ? value : `${joined[name]},${value}`;
  }
  return joined;
}

function optional(name: string, values: Record<string, string>): Record<string, unknown> {
  return Object.keys(values).length === 0 ? {} : { [name]: values };
}

function isUtf8(body: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(body);
    return true;
  } catch {
    return false;
  }
}

/** `19/Feb/2026:10:30:00 +0000` */
function commonLogTime(time: Date): string {
  const [date = '', clock = ''] = time.toISOString().slice(0, 19).split('T');
  const [year, month, day] = date.split('-');
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${clock} +0000`;
}
