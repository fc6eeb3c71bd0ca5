import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before the emulator's ECR. */
export type EcrFront = { readonly url: string; close(): Promise<void> };

/**
 * Passes calls of ECR on to the emulator, and corrects one answer: asked for an image that is not there, ministack
 * answers an empty list, where ECR answers `ImageNotFoundException`. Without the correction the CDK CLI believes that
 * the image was published before, and builds none.
 */
export async function startEcrFront(emulator: string): Promise<EcrFront> {
  const server = createServer((request, response) => {
    pass(emulator, request, response).catch((error: unknown) => {
      response.writeHead(502).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function pass(emulator: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { authorization = '', 'content-type': type = '', 'x-amz-target': target = '' } = request.headers;
  const body = await textOf(request);
  const headers = { authorization, 'content-type': type, 'x-amz-target': String(target) };
  const answer = await fetch(`${emulator}/`, { method: 'POST', headers, body });
  const text = await answer.text();
  const missing =
    String(target).endsWith('.DescribeImages') && answer.ok && namesAnImage(body) && isEmpty(text);
  if (missing) {
    const message = 'The image does not exist in the repository';
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ __type: 'ImageNotFoundException', message }));
    return;
  }
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? type });
  response.end(text);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const namesAnImage = (body: string) => JSON.parse(body).imageIds?.length > 0;

const isEmpty = (answer: string) => JSON.parse(answer).imageDetails?.length === 0;
