import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

export type WriteGate = {
  readonly url: string;
  /** Called when a write arrives, with its number; what it returns is waited for before the write goes on. */
  onWrite: (count: number) => void | Promise<void>;
  close(): Promise<void>;
};

const WRITE = /\.(PutItem|UpdateItem|DeleteItem)$/;

/** Stands between a client and its table, sees every write come, and may hold it. */
export async function openWriteGate(endpoint: string): Promise<WriteGate> {
  const target = new URL(endpoint);
  let writes = 0;
  const server = createServer((request, response) => {
    void pass(request, response).catch(() => response.destroy());
  });

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk);
    if (WRITE.test(String(request.headers['x-amz-target']))) {
      writes += 1;
      await gate.onWrite(writes);
    }
    const { hostname, port } = target;
    const onward = send({ hostname, port, method: 'POST', path: '/', headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(Buffer.concat(body));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gate: WriteGate = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    onWrite: () => undefined,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return gate;
}
