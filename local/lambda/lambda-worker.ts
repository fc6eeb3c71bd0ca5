import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { LocalError } from '#local/errors.ts';
import {
  type ContainerData,
  type ContainerMessage,
  failureOf,
  failureOfSize,
  type InvokeMessage,
} from './lambda-messages.ts';

/**
 * The inside of a container: loads the bundle once and calls its handler once per message, as Lambda's runtime for
 * Node.js 24 does (asynchronous handlers only: that runtime knows no callbacks either).
 */

type Handler = (event: unknown, context: unknown) => unknown;

class HandlerNotFoundError extends LocalError {
  override readonly name = 'Runtime.HandlerNotFound';
}

const data = workerData as ContainerData;
const port = parentPort;
if (port === null) throw new LocalError('This module only runs as a worker.');
const post = (message: ContainerMessage) => port.postMessage(message);

try {
  const handler = await loadHandler();
  // A message handler that throws must not become an unhandled rejection: `invoke` never rejects.
  port.on('message', (message: InvokeMessage) => void invoke(handler, message));
  post({ kind: 'ready' });
} catch (error) {
  post({ kind: 'init-failed', failure: failureOf(error) });
}

async function loadHandler(): Promise<Handler> {
  const dot = data.handler.lastIndexOf('.');
  const [file, name] = [data.handler.slice(0, dot), data.handler.slice(dot + 1)];
  const path = ['.js', '.mjs', '.cjs']
    .map((extension) => join(data.codeDir, `${file}${extension}`))
    .find((candidate) => existsSync(candidate));
  if (path === undefined) throw new HandlerNotFoundError(`There is no module ${file} in ${data.codeDir}`);
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  const handler = module[name];
  if (typeof handler !== 'function')
    throw new HandlerNotFoundError(`${data.handler} is undefined or not exported`);
  return handler as Handler;
}

async function invoke(handler: Handler, message: InvokeMessage): Promise<void> {
  const { requestId } = message;
  try {
    const result = await handler(JSON.parse(message.payload), contextOf(message));
    const payload = JSON.stringify(result) ?? 'null';
    const failure = failureOfSize(payload);
    post(failure ? { kind: 'failed', requestId, failure } : { kind: 'result', requestId, payload });
  } catch (error) {
    post({ kind: 'failed', requestId, failure: failureOf(error) });
  }
}

function contextOf({ requestId, deadline }: InvokeMessage): unknown {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: data.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: data.functionArn,
    memoryLimitInMB: String(data.memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${data.functionName}`,
    logStreamName: `local/[$LATEST]${process.pid}`,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}
