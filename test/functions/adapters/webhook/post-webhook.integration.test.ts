import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPostWebhook } from '#adapters/webhook/post-webhook.ts';

type Received = { readonly body: string; readonly headers: IncomingMessage['headers'] };

/** A receiver on this computer. */
async function receive(answer: (response: ServerResponse) => void = (response) => response.end('ok')) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ body, headers: request.headers });
    answer(response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { received, port: (server.address() as AddressInfo).port };
}

/** A name server that knows any name by these addresses. */
function names(...addresses: string[]): LookupFunction {
  return (_, options, callback) => {
    const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (options.all) callback(null, all);
    else callback(null, all[0]!.address, all[0]!.family);
  };
}

describe('Function: createPostWebhook', () => {
  it('posts the body with its headers', async () => {
    const { received, port } = await receive();
    const post = createPostWebhook({ url: `http://127.0.0.1:${port}/hook?a=1` });
    await post('{"é":"🚀"}', { 'webhook-id': 'r' });
    expect(received).toMatchObject([
      { body: '{"é":"🚀"}', headers: { 'webhook-id': 'r', 'content-type': 'application/json' } },
    ]);
  });

  it.each([301, 307, 400, 410, 429, 500])(
    'fails where the receiver answers %i, and goes nowhere else',
    async (status) => {
      const elsewhere = await receive();
      const { received, port } = await receive((response) => {
        response.writeHead(status, { location: `http://127.0.0.1:${elsewhere.port}/` }).end();
      });
      const post = createPostWebhook({ url: `http://127.0.0.1:${port}/` });
      await expect(post('{}', {})).rejects.toThrow(`answered ${status}`);
      expect(received).toHaveLength(1);
      expect(elsewhere.received).toEqual([]);
    },
  );

  it.each([
    ['127.0.0.1'],
    ['10.0.0.7'],
    ['169.254.169.254'],
    ['::1'],
    ['fd00::1'],
    // One public address does not make the other one good.
    ['93.184.215.14', '192.168.0.1'],
  ])('never connects to a name that leads to a private address: %s', async (...addresses) => {
    const { received, port } = await receive();
    const post = createPostWebhook({ url: `http://hook.example.com:${port}/`, resolve: names(...addresses) });
    await expect(post('{}', {})).rejects.toThrow('not one of the public internet');
    expect(received).toEqual([]);
  });

  it.each([
    'https://10.0.0.7/',
    'https://169.254.169.254/latest/meta-data',
    'https://[fd00::1]/',
    'http://0xa000007/',
  ])('never connects to a private address that is written out: %s', async (url) => {
    await expect(createPostWebhook({ url })('{}', {})).rejects.toThrow('not one of the public internet');
  });

  it('gives up a receiver that never answers', async () => {
    const { port } = await receive(() => undefined);
    const post = createPostWebhook({ url: `http://127.0.0.1:${port}/`, timeoutMs: 50 });
    await expect(post('{}', {})).rejects.toMatchObject({ code: 'webhook_failed', retryable: true });
  });

  it('fails where nobody listens', async () => {
    const post = createPostWebhook({ url: 'http://127.0.0.1:1/' });
    await expect(post('{}', {})).rejects.toThrow('could not be reached');
  });
});
