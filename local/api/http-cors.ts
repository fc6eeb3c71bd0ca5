import type { IncomingMessage } from 'node:http';
import type { HttpAnswer } from './http-response.ts';

/** Which pages may call an HTTP API, in CloudFormation's words. */
export type CorsConfiguration = {
  readonly AllowOrigins: string[];
  readonly AllowMethods: string[];
  readonly AllowHeaders: string[];
  /** Seconds. */
  readonly MaxAge?: number;
};

/** What an HTTP API itself answers to a browser that asks whether a page may call; undefined where none asks. */
export function answerPreflight(
  cors: CorsConfiguration | undefined,
  message: IncomingMessage,
): HttpAnswer | undefined {
  const isPreflight =
    message.method === 'OPTIONS' && message.headers['access-control-request-method'] !== undefined;
  if (cors === undefined || !isPreflight || !isAllowed(cors, message)) return undefined;
  const headers = {
    'access-control-allow-methods': cors.AllowMethods.join(','),
    'access-control-allow-headers': cors.AllowHeaders.join(','),
    ...(cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) }),
  };
  return { status: 204, headers, body: Buffer.alloc(0) };
}

/** The headers by which a browser lets the calling page read an answer. */
export function corsHeaders(
  cors: CorsConfiguration | undefined,
  message: IncomingMessage,
): Record<string, string> {
  if (cors === undefined || !isAllowed(cors, message)) return {};
  return { 'access-control-allow-origin': message.headers.origin ?? '', vary: 'origin' };
}

function isAllowed({ AllowOrigins }: CorsConfiguration, { headers }: IncomingMessage): boolean {
  return headers.origin !== undefined && AllowOrigins.includes(headers.origin);
}
