import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessKey } from '#local/guard/aws-signature.ts';
import {
  type LoopbackServer,
  readBody,
  sendJson,
  startLoopbackServer,
} from '#local/guard/loopback-server.ts';
import { MAX_REQUEST_BYTES } from './lambda-messages.ts';
import type { LambdaRuntime } from './lambda-runtime.ts';

const INVOCATIONS = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
const MAX_ASYNC_BODY_BYTES = 1024 * 1024;

/**
 * Starts a stand-in for the Invoke call of the Lambda API, so that functions reach each other by the SDK.
 *
 * @param key who may call; everybody where it is absent.
 */
export function startLambdaEndpoint(runtime: LambdaRuntime, key?: AccessKey): Promise<LoopbackServer> {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, encoded] = INVOCATIONS.exec((request.url ?? '').split('?')[0] ?? '') ?? [];
    if (request.method !== 'POST' || encoded === undefined) {
      sendError(response, 404, 'UnknownOperationException', 'Only Invoke is known here.');
      return;
    }
    await invoke(runtime, decodeURIComponent(encoded), request, response);
  };
  return startLoopbackServer(handle, { guard: { aws: { key } } });
}

async function invoke(
  runtime: LambdaRuntime,
  nameOrArn: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const type = String(request.headers['x-amz-invocation-type'] ?? 'RequestResponse');
  const limit = type === 'Event' ? MAX_ASYNC_BODY_BYTES : MAX_REQUEST_BYTES;
  const body = await readBody(request, limit).catch(() => undefined);
  const name = runtime.resolve(nameOrArn);
  if (name === undefined) {
    sendError(response, 404, 'ResourceNotFoundException', `Function not found: ${nameOrArn}`);
    return;
  }
  if (body === undefined) {
    sendError(response, 413, 'RequestTooLargeException', `The payload must be smaller than ${limit} bytes.`);
    return;
  }
  const payload = body.length === 0 ? '{}' : body.toString('utf8');
  if (!isJson(payload)) {
    const message = 'Could not parse request body into json.';
    sendError(response, 400, 'InvalidRequestContentException', message);
    return;
  }
  await run(runtime, { name, type, payload }, response);
}

/** Runs a function the way that the caller asked for (`X-Amz-Invocation-Type`). */
async function run(
  runtime: LambdaRuntime,
  { name, type, payload }: { readonly name: string; readonly type: string; readonly payload: string },
  response: ServerResponse,
): Promise<void> {
  switch (type) {
    case 'DryRun':
      response.writeHead(204, { 'x-amzn-requestid': randomUUID() }).end();
      return;
    case 'Event':
      response.writeHead(202, { 'x-amzn-requestid': runtime.invokeAsync(name, payload) }).end();
      return;
    case 'RequestResponse': {
      const result = await runtime.invoke(name, payload);
      response.writeHead(200, {
        'content-type': 'application/json',
        'x-amzn-requestid': result.requestId,
        'x-amz-executed-version': '$LATEST',
        ...(result.functionError === undefined ? {} : { 'x-amz-function-error': result.functionError }),
      });
      response.end(result.payload);
      return;
    }
    default:
      sendError(response, 400, 'InvalidParameterValueException', `Unknown invocation type ${type}.`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function sendError(response: ServerResponse, status: number, type: string, message: string): void {
  const headers = { 'x-amzn-errortype': type, 'x-amzn-requestid': randomUUID() };
  sendJson(response, status, { Type: 'User', Message: message }, headers);
}
