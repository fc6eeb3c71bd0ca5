import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { stringifyWellFormed } from '#core/json/json.ts';
import type { RouteResponse } from './route.ts';

const NO_CONTENT = 204;

/** What API Gateway is answered. Text goes out as it is, everything else as JSON; of nothing there is no type. */
export function writeResponse(
  { status, headers, body }: RouteResponse,
  correlationId: string,
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: {
      ...(status !== NO_CONTENT && { 'content-type': 'application/json' }),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-correlation-id': correlationId,
      ...headers,
    },
    body: typeof body === 'string' ? body : stringifyWellFormed(body),
  };
}
