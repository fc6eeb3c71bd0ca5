import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAsyncInvoke } from '#adapters/lambda/invoke.ts';

type Seen = {
  readonly method?: string;
  readonly url?: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

const CONFIG = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI', sessionToken: 'session' },
};

describe('Function: createAsyncInvoke', () => {
  let server: Server;
  let endpoint: string;
  let seen: Seen[];
  let answers: { readonly status: number; readonly type?: string }[];
  let waits: number[];

  beforeEach(async () => {
    [seen, answers, waits] = [[], [], []];
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      seen.push({ method: request.method, url: request.url, headers: request.headers, body });
      const { status, type } = answers.shift() ?? { status: 202 };
      response.writeHead(status, type ? { 'x-amzn-errortype': `${type}:http://internal` } : {});
      response.end(type ? '{"message": "arn:aws:lambda:eu-west-1:123:function:x"}' : '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    vi.useRealTimers();
    server.close();
    server.closeAllConnections();
  });

  const invoke = (traceId?: string) =>
    createAsyncInvoke({
      aws: new SchedulerClient(CONFIG).config,
      functionName: 'atom-sync-SkillSync-1A2B',
      endpoint,
      traceId: () => traceId,
      sleep: async (ms) => {
        waits.push(ms);
      },
    });

  it('hands the event over as an asynchronous invocation, within the trace', async () => {
    await invoke('Root=1-abc')({ trigger: 'manual', run_id: '01ABC' });

    expect(seen).toMatchObject([
      {
        method: 'POST',
        url: '/2015-03-31/functions/atom-sync-SkillSync-1A2B/invocations',
        headers: { 'x-amz-invocation-type': 'Event', 'x-amzn-trace-id': 'Root=1-abc' },
        body: '{"trigger":"manual","run_id":"01ABC"}',
      },
    ]);
  });

  it('signs as the SDK does', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-02-19T10:30:00Z') });
    const client = new LambdaClient({ ...CONFIG, endpoint, maxAttempts: 1 });
    const Payload = Buffer.from('{"run_id":"Zürich"}');
    const FunctionName = 'atom-sync-SkillSync-1A2B';
    await client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
    await invoke()({ run_id: 'Zürich' });

    const [theirs, ours] = seen;
    const parts = (headers: IncomingHttpHeaders) =>
      /Credential=(.+), SignedHeaders=(.+), Signature=/.exec(String(headers.authorization));
    expect(ours).toMatchObject({ method: theirs?.method, url: theirs?.url, body: theirs?.body });
    expect(parts(ours!.headers)?.[1]).toBe(parts(theirs!.headers)?.[1]);
    for (const name of [
      'x-amz-date',
      'x-amz-content-sha256',
      'x-amz-security-token',
      'content-type',
      'host',
    ]) {
      expect(ours?.headers[name], name).toBe(theirs?.headers[name]);
    }
    const signedHeaders = parts(ours!.headers)?.[2]?.split(';');
    expect(signedHeaders).toEqual(expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token']));
  });

  it('tries again what may pass, with growing pauses', async () => {
    answers = [{ status: 429, type: 'TooManyRequestsException' }, { status: 503 }];
    await invoke()({ run_id: '01ABC' });

    expect(seen).toHaveLength(3);
    expect(waits).toEqual([200, 400]);
  });

  it.each([
    [404, 'ResourceNotFoundException', false, 1],
    [403, 'AccessDeniedException', false, 1],
    [413, 'RequestTooLargeException', false, 1],
    [429, 'TooManyRequestsException', true, 3],
    [500, 'ServiceException', true, 3],
    [502, 'EC2ThrottledException', true, 3],
  ])('classifies %d %s', async (status, type, retryable, attempts) => {
    answers = Array.from({ length: 3 }, () => ({ status, type }));
    const error = await invoke()({}).catch((caught: unknown) => caught);

    expect(error).toMatchObject({ name: 'InvocationError', code: 'invocation_failed', retryable });
    expect(String(error)).toContain(type);
    expect(String(error)).not.toMatch(/arn:|internal/);
    expect(seen).toHaveLength(attempts);
  });

  it('can try again what found nobody listening', async () => {
    const unheard = invoke();
    await new Promise((resolve) => server.close(resolve));

    await expect(unheard({})).rejects.toMatchObject({ code: 'invocation_failed', retryable: true });
  });
});
