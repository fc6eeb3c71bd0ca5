import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createAccessKey, signedHeaders } from '#local/guard/aws-signature.ts';
import { type Guard, guardServer } from '#local/guard/guard-server.ts';
import { rawRequest, rawText } from './raw-request.ts';

const KEY = createAccessKey();

/** A guarded server that answers with what it was sent. */
async function start(guard: Guard, prepare: (server: Server) => void = () => undefined) {
  const served: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    served.push(`${request.method} ${request.url}`);
    response.end(Buffer.concat(chunks));
  });
  prepare(server);
  guardServer(server, guard);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, served, server };
}

function signed(url: string, body: string, key = KEY): Record<string, string> {
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  return signedHeaders(key, { url, region: 'us-east-1', service: 'sqs', headers, body });
}

describe('guardServer', () => {
  it('hands on a target that is a whole URL as its path', async () => {
    const { port, served } = await start({});
    const own = await rawText(
      port,
      `GET http://localhost:${port}/a?b HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`,
    );
    const foreign = await rawText(port, `GET http://evil/a HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    expect([own, foreign]).toEqual(['HTTP/1.1 200 OK', 'HTTP/1.1 403 Forbidden']);
    expect(served).toEqual(['GET /a?b']);
  });

  it('refuses a request of HTTP/1.0 without Host, and several Hosts', async () => {
    const { port, served } = await start({});
    const none = await rawText(port, 'GET / HTTP/1.0\r\n\r\n');
    const own = `Host: 127.0.0.1:${port}\r\n`;
    const two = await rawText(port, `GET / HTTP/1.1\r\n${own}Host: evil\r\n\r\n`);
    const same = await rawText(port, `GET / HTTP/1.1\r\n${own}${own}\r\n`);
    expect([none, two, same]).toEqual(Array(3).fill('HTTP/1.1 400 Bad Request'));
    expect(served).toEqual([]);
  });

  it('gives the reader the whole body of a signed request, whatever its size', async () => {
    const { url } = await start({ aws: { key: KEY } });
    for (const length of [0, 1, 70_000, 3_000_000]) {
      const body = 'ü'.repeat(length);
      const response = await fetch(url, { method: 'POST', headers: signed(`${url}/`, body), body });
      expect(response.status).toBe(200);
      expect((await response.text()) === body).toBe(true);
    }
  });

  it('gives it a body of unknown length as well', async () => {
    const { url } = await start({ aws: { key: KEY } });
    const body = new Blob(['{"a"', ':1}']).stream();
    const headers = signed(`${url}/`, '{"a":1}');
    const response = await fetch(url, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
    expect({ status: response.status, text: await response.text() }).toEqual({
      status: 200,
      text: '{"a":1}',
    });
  });

  it('refuses another key, another secret, another body, and none, and goes on', async () => {
    const { url, served } = await start({ aws: { key: KEY } });
    const good = signed(`${url}/`, '{}');
    const { authorization: _, ...unsigned } = good;
    const attempts: [Record<string, string>, string, string][] = [
      [signed(`${url}/`, '{}', createAccessKey()), '{}', 'UnrecognizedClientException'],
      [signed(`${url}/`, '{}', { ...KEY, secretAccessKey: 'x' }), '{}', 'InvalidSignatureException'],
      [good, '{"a":1}', 'InvalidSignatureException'],
      [unsigned, '{}', 'MissingAuthenticationTokenException'],
      [{ ...good, authorization: 'Bearer x' }, '{}', 'MissingAuthenticationTokenException'],
    ];
    for (const [headers, body, type] of attempts) {
      const response = await fetch(url, { method: 'POST', headers, body });
      expect(response.status).toBe(403);
      expect(response.headers.get('x-amzn-errortype')).toBe(type);
      expect(await response.json()).toMatchObject({ __type: type, message: expect.any(String) });
    }
    expect(served).toEqual([]);
    expect((await fetch(url, { method: 'POST', headers: good, body: '{}' })).status).toBe(200);
  });

  it('refuses a signature in the address', async () => {
    const { url, served } = await start({ aws: { key: KEY } });
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${KEY.accessKeyId}%2F20260101%2Fus-east-1%2Fsqs%2Faws4_request&X-Amz-Signature=0f`;
    expect((await fetch(`${url}/?${query}`)).status).toBe(403);
    expect(served).toEqual([]);
  });

  it('answers a body that is too large while it is still being sent', async () => {
    const { url, served } = await start({ aws: { key: KEY } });
    const headers: [string, string][] = [
      ['host', new URL(url).host],
      ...Object.entries(signed(`${url}/`, '')),
    ];
    const body = Buffer.alloc(40 * 1024 * 1024);
    expect((await rawRequest(url, { method: 'POST', headers, body })).status).toBe(413);
    expect(served).toEqual([]);
  });

  it('serves without a key where a test gave none, and still no foreign page', async () => {
    const { url } = await start({ aws: {} });
    const headers = { 'content-type': 'application/x-amz-json-1.0' };
    expect((await fetch(url, { method: 'POST', headers, body: '{}' })).status).toBe(200);
    const foreign = { ...headers, origin: 'https://evil.example.com' };
    expect((await fetch(url, { method: 'POST', headers: foreign, body: '{}' })).status).toBe(403);
  });

  it('guards upgrades too', async () => {
    const accepted: string[] = [];
    const sockets = new WebSocketServer({ noServer: true });
    const { port } = await start({}, (server) => {
      server.on('upgrade', (request: IncomingMessage, socket, head) => {
        accepted.push(request.url ?? '');
        sockets.handleUpgrade(request, socket, head, (open) => open.close());
      });
    });
    const attempt = (headers: Record<string, string>) =>
      new Promise<number>((resolve, reject) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers });
        socket.on('open', () => resolve(101));
        socket.on('unexpected-response', (request, response) => {
          request.destroy();
          resolve(response.statusCode ?? 0);
        });
        socket.on('error', reject);
      });
    const own = { origin: `http://127.0.0.1:${port}` };
    expect(await attempt({})).toBe(101);
    expect(await attempt(own)).toBe(101);
    expect(await attempt({ origin: 'https://evil.example.com' })).toBe(403);
    expect(await attempt({ origin: 'null' })).toBe(403);
    expect(await attempt({ host: 'rebound.example.com' })).toBe(403);
    expect(await attempt({ ...own, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(accepted).toEqual(['/ws', '/ws']);
  });

  it('waits for nobody who sends a request drop by drop', async () => {
    const { server } = await start({});
    expect(server.headersTimeout).toBe(10_000);
    expect(server.requestTimeout).toBe(60_000);
  });
});
