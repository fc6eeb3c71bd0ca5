import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Session } from '#local/services/session-file.ts';
import { startProcess } from '#test/local/start/local-process.ts';
import { type Call, callsOf, own, sign } from './calls-to-listeners.ts';
import { listeningPorts } from './listening-ports.ts';
import { type RawHeaders, rawRequest, rawText } from './raw-request.ts';

const ALLOWED = 'https://app.example.com';

describe('npm start, against those who may not call', () => {
  // One system for all: it takes seconds to start.
  const folder = mkdtempSync(join(tmpdir(), 'atom-sync-test-'));
  const directory = join(folder, 'data');
  const cleanUps: (() => void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  let session: Session;
  let calls: Call[];
  let pid = 0;

  beforeAll(async () => {
    const settings = { ATOM_LOCAL_MARKETPLACE_SKILLS: '20', ATOM_SYNC_CORS_ORIGINS: ALLOWED };
    const system = startProcess(directory, settings, { atEnd: (cleanUp) => cleanUps.unshift(cleanUp) });
    await system.until(/^ready /m);
    session = system.session();
    calls = callsOf(session);
    pid = system.pid;
  });

  afterAll(() => {
    for (const cleanUp of cleanUps) cleanUp();
  });

  it('takes each call as it is', async () => {
    for (const { url, method, headers, body, status, name } of calls) {
      const response = await rawRequest(url, { method, headers: own(url, headers), body });
      expect({ name, status: response.status, body: response.body }).toMatchObject({ name, status });
    }
  });

  const attacks: {
    what: string;
    change: (headers: RawHeaders, url: string) => RawHeaders;
    status: number;
  }[] = [
    { what: 'a rebound Host', change: withHost(() => 'rebound.example.com'), status: 403 },
    {
      what: 'a rebound Host with the port',
      change: withHost((port) => `rebound.example.com:${port}`),
      status: 403,
    },
    { what: 'a Host without the port', change: withHost(() => '127.0.0.1'), status: 403 },
    { what: 'a Host of another port', change: withHost(() => '127.0.0.1:1'), status: 403 },
    { what: 'two Hosts', change: (headers) => [...headers, ['Host', 'rebound.example.com']], status: 400 },
    { what: 'a foreign Origin', change: adding('Origin', 'https://evil.example.com'), status: 403 },
    { what: 'an Origin of another port', change: adding('Origin', 'http://localhost:5173'), status: 403 },
    { what: 'the Origin null', change: adding('Origin', 'null'), status: 403 },
    { what: 'cross-site', change: adding('Sec-Fetch-Site', 'cross-site'), status: 403 },
    { what: 'same-site', change: adding('Sec-Fetch-Site', 'same-site'), status: 403 },
  ];

  it.each(attacks)('refuses $what at each of them', async ({ change, status }) => {
    for (const { name, url, method, headers, body } of calls) {
      const answer = await rawRequest(url, { method, headers: change(own(url, headers), url), body });
      expect({ name, status: answer.status }).toEqual({ name, status });
      expect(JSON.parse(answer.body)).toMatchObject({ message: expect.any(String) });
      expectNoCors(name, answer.headers);
    }
  });

  it('refuses the preflights of foreign pages at each of them', async () => {
    for (const { name, url } of calls) {
      const headers = own(url, {
        origin: 'https://evil.example.com',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, content-type, x-amz-target',
      });
      const answer = await rawRequest(url, { method: 'OPTIONS', headers });
      expect({ name, status: answer.status }).toEqual({ name, status: 403 });
      expectNoCors(name, answer.headers);
    }
  });

  it.each([
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    undefined,
  ])('takes no body of type %s where JSON is wanted', async (type) => {
    // The API judges bodies itself, as it does when it is deployed, and asks for a token first. Whoever wants one from the
    // issuer sends a form, by the standard, with a secret in it that no page knows.
    const wantsJson = ({ name, body }: Call) => body && !['api', "the issuer's tokens"].includes(name);
    for (const { name, url, method, headers, body } of calls.filter(wantsJson)) {
      const { 'content-type': _, ...rest } = headers;
      const sent = type === undefined ? rest : { ...rest, 'content-type': type };
      const answer = await rawRequest(url, {
        method,
        headers: [...own(url, sent), ['Content-Length', String(Buffer.byteLength(body ?? ''))]],
        body,
      });
      expect({ name, status: answer.status }).toEqual({ name, status: 415 });
    }
  });

  it('wants the access key at each stand-in of AWS', async () => {
    const { access_key_id: accessKeyId } = session;
    const others = [
      { accessKeyId: 'local', secretAccessKey: 'local' },
      { accessKeyId, secretAccessKey: 'guessed' },
    ];
    const stands = calls.filter(({ headers }) => headers.authorization?.startsWith('AWS4'));
    expect(stands).toHaveLength(5);
    for (const call of stands) {
      const { authorization: _, 'x-amz-date': __, ...unsigned } = call.headers;
      const wrong = others.map((key) => sign(call.url, unsigned, call.body ?? '', key));
      for (const headers of [unsigned, { ...unsigned, authorization: 'Bearer x' }, ...wrong]) {
        const answer = await rawRequest(call.url, { ...call, headers: own(call.url, headers) });
        expect({ name: call.name, status: answer.status }).toEqual({ name: call.name, status: 403 });
        expect(answer.headers['x-amzn-errortype']).toMatch(/Token|Client|Signature/);
      }
      const query = `${call.url}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${accessKeyId}&X-Amz-Signature=0`;
      const inAddress = await rawRequest(query, { ...call, headers: own(call.url, unsigned) });
      expect(inAddress.status).toBe(403);
    }
  });

  it('lets the SDKs in with the key of session.json', async () => {
    const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, endpoints, table } = session;
    const access = { region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } };
    const dynamodb = new DynamoDBClient({ ...access, endpoint: endpoints.dynamodb });
    const sqs = new SQSClient({ ...access, endpoint: endpoints.sqs });
    const secrets = new SecretsManagerClient({ ...access, endpoint: endpoints.secretsmanager });
    const lambda = new LambdaClient({ ...access, endpoint: endpoints.lambda, maxAttempts: 1 });
    const scheduler = new SchedulerClient({ ...access, endpoint: endpoints.scheduler });
    const items = await dynamodb.send(new ScanCommand({ TableName: table, Limit: 5 }));
    const wanted = { QueueUrl: session.queues.uploads, AttributeNames: ['All' as const] };
    const queue = await sqs.send(new GetQueueAttributesCommand(wanted));
    const secret = await secrets.send(new GetSecretValueCommand({ SecretId: session.secret }));
    const { Schedules } = await scheduler.send(new ListSchedulesCommand({ MaxResults: 100 }));
    expect(items.Items).toHaveLength(5);
    expect(queue.Attributes).toHaveProperty('QueueArn');
    expect(JSON.parse(secret.SecretString ?? '')).toEqual({ token: expect.any(String) });
    expect(Schedules?.length).toBeGreaterThan(2);
    const missing = new InvokeCommand({ FunctionName: 'none', Payload: '{}' });
    await expect(lambda.send(missing)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    for (const client of [dynamodb, sqs, secrets, lambda, scheduler]) client.destroy();
  });

  it('lets no foreign page into the feed', async () => {
    const token = JSON.parse(readFileSync(join(directory, 'secrets.json'), 'utf8')) as unknown;
    const feedToken = /"secretString": "\{\\"token\\":\\"([^"\\]+)/.exec(JSON.stringify(token, null, 1))?.[1];
    const url = `${session.marketplace.replace('http', 'ws')}/ws?token=${feedToken}`;
    expect(await upgrade(url, {})).toBe(101);
    for (const origin of ['https://evil.example.com', 'null', 'http://localhost:1'])
      expect(await upgrade(url, { origin }), origin).toBe(403);
    expect(await upgrade(url, { host: 'rebound.example.com' })).toBe(403);
    expect(await upgrade(url, { 'sec-fetch-site': 'cross-site' })).toBe(403);
  });

  it('lets a page of the API’s own origin in, and those that its owner allows', async () => {
    const { port } = new URL(session.api);
    const url = `${session.api}/api/skills?limit=1`;
    const authorization = `Bearer ${session.tokens.STUDENT}`;
    for (const origin of [`http://127.0.0.1:${port}`, `http://localhost:${port}`]) {
      const headers = own(url, { authorization, origin, 'sec-fetch-site': 'same-origin' });
      expect((await rawRequest(url, { headers })).status).toBe(200);
    }
    const allowed = own(url, { authorization, origin: ALLOWED, 'sec-fetch-site': 'cross-site' });
    const answer = await rawRequest(url, { headers: allowed });
    expect(answer.status).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBe(ALLOWED);
    const asked: RawHeaders = [...own(url, { origin: ALLOWED }), ['Access-Control-Request-Method', 'GET']];
    const preflight = await rawRequest(url, { method: 'OPTIONS', headers: asked });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': ALLOWED,
      'access-control-allow-headers': 'authorization,content-type',
      'access-control-max-age': '3600',
    });
    // What the API allows is the API's alone.
    const control = `${session.marketplace}/__control/stats`;
    expect((await rawRequest(control, { headers: own(control, { origin: ALLOWED }) })).status).toBe(403);
  });

  it('listens to nothing else, and nowhere but on the loopback interface', async () => {
    if (process.platform !== 'linux') return;
    const ports = listeningPorts(pid);
    const known = new Set(calls.map(({ url }) => Number(new URL(url).port)));
    expect(new Set(ports.map(({ port }) => port))).toEqual(known);
    expect(new Set(ports.map(({ address }) => address))).toEqual(new Set(['0100007F']));
    for (const { port } of ports) {
      expect(await rawText(port, 'GET / HTTP/1.0\r\n\r\n')).toBe('HTTP/1.1 400 Bad Request');
      expect(await rawText(port, 'GET / HTTP/1.1\r\n\r\n')).toBe('HTTP/1.1 400 Bad Request');
    }
  });

  it('keeps its data to its owner', () => {
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, 'session.json')).mode & 0o777).toBe(0o600);
    expect(session.access_key_id).toMatch(/^\w{20,}$/);
    expect(session.secret_access_key).toMatch(/^[\w-]{40}$/);
  });
});

function withHost(host: (port: string) => string) {
  return ([, ...headers]: RawHeaders, url: string): RawHeaders => [
    ['Host', host(new URL(url).port)],
    ...headers,
  ];
}

function adding(name: string, value: string) {
  return (headers: RawHeaders): RawHeaders => [...headers, [name, value]];
}

function expectNoCors(name: string, headers: Record<string, unknown>): void {
  expect({ name, cors: Object.keys(headers).filter((key) => key.startsWith('access-control-')) }).toEqual({
    name,
    cors: [],
  });
}

function upgrade(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', reject);
  });
}
