import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { MAX_ANSWER_BYTES } from '#core/answer-size.ts';
import { stringifyWellFormed } from '#core/json/json.ts';
import type { RouteResponse } from './route.ts';

const NO_CONTENT = 204;

/**
 * What API Gateway is answered. Text goes out as it is, everything else as JSON; of nothing there is no type. Bytes go out
 * in base64, which the gateway takes apart: of a text of 50 KB with a few characters beyond Latin-1 it saves a third of a
 * millisecond of encoding it, as a string within JSON and then in UTF-8.
 */
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
    ...(Buffer.isBuffer(body)
      ? writeBytes(body)
      : { body: typeof body === 'string' ? body : stringifyWellFormed(body) }),
  };
}

/** Base64 takes a third more; what would not fit so is sent as text. */
function writeBytes(body: Buffer): Pick<APIGatewayProxyStructuredResultV2, 'body' | 'isBase64Encoded'> {
  if (body.length * 4 > MAX_ANSWER_BYTES * 3) return { body: body.toString() };
  return { body: body.toString('base64'), isBase64Encoded: true };
}
