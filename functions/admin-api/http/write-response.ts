import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { stringifyWellFormed } from '#core/json/json.ts';
import type { RouteResponse } from './route.ts';

/** What API Gateway is answered. Text goes out as it is, everything else as JSON. */
export function writeResponse(
  { status, headers, body }: RouteResponse,
  correlationId: string,
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-correlation-id': correlationId,
      ...headers,
    },
    body: typeof body === 'string' ? body : stringifyWellFormed(body),
  };
}
