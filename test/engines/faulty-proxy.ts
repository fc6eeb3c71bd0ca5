import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What goes wrong with one call: `throttle` refuses it, `lose` carries it out and loses the answer,
 * `unprocessed` gives a batch back untouched.
 */
type Fault = 'throttle' | 'lose' | 'unprocessed';

/** A proxy in front of an engine that lets single calls go wrong. */
export type FaultyProxy = {
  readonly endpoint: string;
  /** Operations that came in, in order: `PutItem`, … */
  readonly operations: string[];
  /** Decides about each call; undefined lets it pass. */
  fault: (operation: string) => Fault | undefined;
  stop(): Promise<void>;
};

/** Starts a proxy on a free port of this machine. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => handle(proxy, target, { incoming, body: Buffer.concat(chunks), outgoing }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy: FaultyProxy = {
    endpoint: `http://127.0.0.1:${port}`,
    operations: [],
    fault: () => undefined,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return proxy;
}

type Exchange = {
  readonly incoming: IncomingMessage;
  readonly body: Buffer;
  readonly outgoing: ServerResponse;
};

function handle(proxy: FaultyProxy, target: string, { incoming, body, outgoing }: Exchange) {
  const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
  proxy.operations.push(operation);
  const fault = proxy.fault(operation);
  if (fault === 'throttle') {
    const __type = 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException';
    return answer(outgoing, 400, { __type, message: 'The level of throughput was exceeded' });
  }
  if (fault === 'unprocessed') {
    return answer(outgoing, 200, {
      Responses: {},
      UnprocessedKeys: JSON.parse(body.toString()).RequestItems,
    });
  }
  const { host: _ours, ...headers } = incoming.headers;
  const onward = request(target, { method: incoming.method, headers }, (response) => {
    if (fault === 'lose') {
      response.resume().on('end', () => outgoing.destroy());
      return;
    }
    outgoing.writeHead(response.statusCode ?? 500, response.headers);
    response.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  onward.end(body);
}

function answer(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  outgoing.end(JSON.stringify(body));
}
