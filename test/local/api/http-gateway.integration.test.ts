import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type HttpApiDefinition, startHttpGateway } from '#local/api/http-gateway.ts';
import { failureOfSize } from '#local/lambda/lambda-messages.ts';
import type { InvocationResult } from '#local/lambda/lambda-runtime.ts';

type Event = Record<string, unknown> & {
  headers: Record<string, string>;
  requestContext: Record<string, unknown>;
};

const API: HttpApiDefinition = {
  routes: [
    { routeKey: 'ANY /api/{proxy+}', functionName: 'api' },
    { routeKey: 'POST /api/limited', functionName: 'api' },
  ],
  routeThrottles: { 'POST /api/limited': { ratePerSecond: 1 / 6, burst: 2 } },
};

/** Starts a gateway whose function remembers its events and answers what `respond` says. */
async function start(respond: (event: Event) => unknown = () => ({ statusCode: 204 }), timeoutMs = 30_000) {
  const events: Event[] = [];
  const gateway = await startHttpGateway({ port: 0, timeoutMs });
  onTestFinished(() => gateway.close(0));
  gateway.serve(API, async (_, payload): Promise<InvocationResult> => {
    const event = JSON.parse(payload) as Event;
    events.push(event);
    const answer = await respond(event);
    if (answer instanceof Error) {
      const failure = JSON.stringify({
        errorType: 'Error',
        errorMessage: answer.message,
        trace: ['secret.ts:1'],
      });
      return { requestId: '1', payload: failure, functionError: 'Unhandled' };
    }
    return { requestId: '1', payload: JSON.stringify(answer) ?? 'null' };
  });
  return { gateway, events };
}

/** A request that `fetch` would tidy up: the path goes out as it stands. */
function raw(url: string, path: string, headers: [string, string][] = []): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(url);
    const outgoing = request(
      { port, path, host: '127.0.0.1', headers: [['Host', `localhost:${port}`], ...headers].flat() },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    outgoing.on('error', reject).end();
  });
}

describe('HTTP gateway', () => {
  it('builds an event of payload format 2.0', async () => {
    // Prepare
    const { gateway, events } = await start();

    // Act
    await fetch(`${gateway.url}/api/skills?tag=a&tag=b&query=x%20y`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: 'Bearer t',
        'X-Custom': 'v',
      },
      body: '{"name":"ünïcode"}',
    });

    // Assess
    const [event] = events;
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /api/{proxy+}',
      rawPath: '/api/skills',
      rawQueryString: 'tag=a&tag=b&query=x%20y',
      queryStringParameters: { tag: 'a,b', query: 'x y' },
      pathParameters: { proxy: 'skills' },
      body: '{"name":"ünïcode"}',
      isBase64Encoded: false,
    });
    expect(event?.headers).toMatchObject({
      authorization: 'Bearer t',
      'x-custom': 'v',
      'x-forwarded-for': '127.0.0.1',
    });
    expect(event?.requestContext).toMatchObject({
      http: { method: 'POST', path: '/api/skills', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
      stage: '$default',
      routeKey: 'ANY /api/{proxy+}',
      requestId: expect.stringMatching(/^[\w-]{36}$/),
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    });
  });

  it('leaves out what is empty', async () => {
    const { gateway, events } = await start();
    await fetch(`${gateway.url}/api/skills`);
    for (const key of ['queryStringParameters', 'cookies', 'body']) expect(events[0]).not.toHaveProperty(key);
    expect(events[0]).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
  });

  it('joins repeated headers by commas and keeps cookies apart', async () => {
    // Prepare
    const { gateway, events } = await start();

    // Act
    await raw(gateway.url, '/api/x', [
      ['X-Many', '1'],
      ['x-many', '2'],
      ['Cookie', 'a=1; b=2'],
    ]);

    // Assess
    expect(events[0]?.headers['x-many']).toBe('1,2');
    expect(events[0]).toMatchObject({ cookies: ['a=1', 'b=2'] });
    expect(events[0]?.headers).not.toHaveProperty('cookie');
  });

  it.each([
    ['/api/skills/a%2Fb', '/api/skills/a/b'],
    ['/api/skills/%E2%9C%93%20x', '/api/skills/✓ x'],
    ['/api//double', '/api//double'],
    ['/api/../api/dots', '/api/../api/dots'],
    ['/api/a+b;c=1', '/api/a+b;c=1'],
    ['/api/x?a=1?b=2', '/api/x'],
  ])('decodes the path %s', async (path, rawPath) => {
    const { gateway, events } = await start();
    expect(await raw(gateway.url, path)).toBe(204);
    expect(events[0]).toMatchObject({ rawPath });
  });

  it('passes bytes on as base64', async () => {
    // Prepare
    const { gateway, events } = await start();
    const bytes = Buffer.from([0, 255, 128, 10]);

    // Act
    await fetch(`${gateway.url}/api/x`, {
      method: 'PUT',
      body: bytes,
      headers: { 'content-type': 'image/png' },
    });
    await fetch(`${gateway.url}/api/x`, {
      method: 'PUT',
      body: bytes,
      headers: { 'content-type': 'application/json' },
    });

    // Assess
    expect(events[0]).toMatchObject({ isBase64Encoded: true, body: bytes.toString('base64') });
    expect(events[1]).toMatchObject({ isBase64Encoded: true, body: bytes.toString('base64') });
  });

  it('answers with status, headers, cookies and a decoded body', async () => {
    // Prepare
    const body = Buffer.from('grüße');
    const { gateway } = await start(() => ({
      statusCode: 201,
      headers: { 'Content-Type': 'text/css', Location: '/x', 'X-Number': 5 },
      cookies: ['a=1', 'b=2'],
      body: body.toString('base64'),
      isBase64Encoded: true,
    }));

    // Act
    const response = await fetch(`${gateway.url}/api/x`);

    // Assess
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('text/css');
    expect(response.headers.get('location')).toBe('/x');
    expect(response.headers.get('x-number')).toBe('5');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.text()).toBe('grüße');
  });

  it('takes an answer without a status as the body of a 200', async () => {
    const { gateway } = await start(() => ({ hello: 'world' }));
    const response = await fetch(`${gateway.url}/api/x`);
    expect([response.status, await response.json()]).toEqual([200, { hello: 'world' }]);
  });

  it('answers HEAD without a body', async () => {
    const { gateway } = await start(() => ({ statusCode: 200, body: 'text' }));
    const response = await fetch(`${gateway.url}/api/x`, { method: 'HEAD' });
    expect([response.status, await response.text(), response.headers.get('content-length')]).toEqual([
      200,
      '',
      '4',
    ]);
  });

  it.each([
    ['a function that fails', () => new Error('secret reason')],
    ['an answer that is none', () => ({ statusCode: 'x' })],
  ])('answers 500 to %s and tells nothing', async (_, respond) => {
    const { gateway } = await start(respond);
    const response = await fetch(`${gateway.url}/api/x`);
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ success: false, error: 'internal_error' });
    expect(text).not.toContain('secret');
  });

  it('answers 404 where there is no route and 400 to a path that is none', async () => {
    const { gateway, events } = await start();
    const response = await fetch(`${gateway.url}/elsewhere`);
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { success: false, error: 'not_found' },
    ]);
    expect(await raw(gateway.url, '/api/%E0%A4%A')).toBe(400);
    expect(events).toEqual([]);
  });

  it('answers 413 to more than Lambda takes with its event, and takes almost as much', async () => {
    // Prepare
    const { gateway, events } = await start();
    const put = (bytes: number) =>
      fetch(`${gateway.url}/api/x`, { method: 'PUT', body: Buffer.alloc(bytes, 65) });

    // Act
    const fits = await put(6 * 1024 * 1024 - 2_000);
    const tooLarge = [await put(6 * 1024 * 1024), await put(10 * 1024 * 1024 + 1)];

    // Assess
    expect(fits.status).toBe(204);
    for (const answer of tooLarge) {
      expect(answer.status).toBe(413);
      expect(await answer.json()).toMatchObject({ success: false, error: 'payload_too_large' });
    }
    expect(events).toHaveLength(1);
  });

  it('answers as API Gateway does to an answer that is too large for Lambda', async () => {
    const gateway = await startHttpGateway({ port: 0 });
    onTestFinished(() => gateway.close(0));
    const payload = JSON.stringify(failureOfSize('x'.repeat(6_291_557)));
    gateway.serve(API, async () => ({ requestId: '1', payload, functionError: 'Unhandled' }));

    const response = await fetch(`${gateway.url}/api/x`);

    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  });

  it('answers 503 when the function takes too long', async () => {
    const { gateway } = await start(() => new Promise(() => {}), 50);
    const response = await fetch(`${gateway.url}/api/x`);
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { success: false, error: 'service_unavailable' },
    ]);
  });

  it('answers 429 with Retry-After past a route’s throttle, and leaves other routes alone', async () => {
    // Prepare
    const { gateway } = await start();
    const post = (path: string) => fetch(`${gateway.url}${path}`, { method: 'POST' });
    await post('/api/limited');
    await post('/api/limited');

    // Act
    const limited = await post('/api/limited');

    // Assess
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '6']);
    expect(await limited.json()).toMatchObject({ success: false, error: 'too_many_requests' });
    expect((await post('/api/other')).status).toBe(204);
  });

  it('says that it is starting before it serves', async () => {
    const gateway = await startHttpGateway({ port: 0 });
    onTestFinished(() => gateway.close(0));
    const response = await fetch(`${gateway.url}/health/live`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  });

  it('names a port that is in use', async () => {
    const { gateway } = await start();
    await expect(startHttpGateway({ port: gateway.port })).rejects.toThrow(
      `Port ${gateway.port} is in use: set PORT to another one, or PORT=0 for any that is free.`,
    );
  });
});
