import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import { createAccessKey, isSignedBy, readAuthorization, signedHeaders } from '#local/guard/aws-signature.ts';

/** What the SDK's signer wants for a hash, on Node's own. */
class Sha256 {
  readonly #hash;
  constructor(secret?: unknown) {
    this.#hash = secret ? createHmac('sha256', Buffer.from(secret as Uint8Array)) : createHash('sha256');
  }
  update(data: unknown): void {
    this.#hash.update(Buffer.from(data as Uint8Array));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

const KEY = createAccessKey();
const URL_PARTS = { protocol: 'http:', hostname: '127.0.0.1', port: 4566 };

type Sample = {
  method: string;
  path: string;
  query?: Record<string, string | string[]>;
  body?: string;
  headers?: Record<string, string>;
};

/** The request as the SDK would send it. */
async function signedBySdk({ method, path, query = {}, body = '', headers = {} }: Sample, key = KEY) {
  const signer = new SignatureV4({
    service: 'scheduler',
    region: 'us-east-1',
    credentials: key,
    sha256: Sha256 as never,
  });
  const request = {
    ...URL_PARTS,
    method,
    path,
    query,
    body,
    headers: { host: '127.0.0.1:4566', ...headers },
  };
  const signed = await signer.sign(request);
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    [values].flat().map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  const target = pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
  return { method, target, headers: new Map(Object.entries(signed.headers)), body };
}

function judge(request: Awaited<ReturnType<typeof signedBySdk>>, key = KEY): boolean {
  const authorization = readAuthorization(request.headers.get('authorization') ?? '');
  return authorization !== undefined && isSignedBy(key, request, authorization);
}

const SAMPLES: Sample[] = [
  {
    method: 'POST',
    path: '/',
    body: '{"TableName":"t"}',
    headers: { 'x-amz-target': 'DynamoDB_20120810.Query' },
  },
  { method: 'GET', path: '/schedules' },
  {
    method: 'GET',
    path: '/schedules',
    query: { NamePrefix: "a b*('!)~", MaxResults: '1', Z: '', a: 'ü/+&=' },
  },
  { method: 'GET', path: '/schedules', query: { a: '1', 'a-b': '2', a0: '3', A: '4' } },
  { method: 'GET', path: '/schedules', query: { many: ['b', 'a', 'B'] } },
  { method: 'PUT', path: '/schedules/a%20b%2Fc', body: 'ü' },
  {
    method: 'POST',
    path: '/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A0%3Afunction%3Afn/invocations',
  },
  { method: 'POST', path: '/', headers: { 'x-padded': '  two   spaces ' } },
];

describe('isSignedBy', () => {
  it.each(SAMPLES)('takes what the SDK signs: $method $path $query', async (sample) => {
    const request = await signedBySdk(sample);
    expect(judge(request)).toBe(true);
  });

  it('refuses another secret, another body, path, query, header or host', async () => {
    const sample = SAMPLES[0] as Sample;
    const request = await signedBySdk(sample);
    expect(judge(await signedBySdk(sample, { ...KEY, secretAccessKey: 'other' }))).toBe(false);
    expect(judge(request, { ...KEY, accessKeyId: 'other' })).toBe(false);
    expect(judge({ ...request, body: '{"TableName":"u"}' })).toBe(false);
    expect(judge({ ...request, target: '/other' })).toBe(false);
    expect(judge({ ...request, target: '/?a=1' })).toBe(false);
    expect(judge({ ...request, method: 'PUT' })).toBe(false);
    for (const name of ['host', 'x-amz-target', 'x-amz-date']) {
      const headers = new Map([...request.headers, [name, 'other']]);
      expect(judge({ ...request, headers }), name).toBe(false);
    }
  });

  it('refuses a signature that does not cover the host', async () => {
    const request = await signedBySdk(SAMPLES[0] as Sample);
    const authorization = readAuthorization(request.headers.get('authorization') ?? '');
    const signedHeaders = authorization?.signedHeaders.filter((name) => name !== 'host') ?? [];
    expect(authorization && isSignedBy(KEY, request, { ...authorization, signedHeaders })).toBe(false);
  });
});

describe('readAuthorization', () => {
  it.each([
    '',
    'Bearer abc',
    'AWS4-HMAC-SHA256 ',
    'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b',
    'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host',
    'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sqs/other, SignedHeaders=host, Signature=b',
    'AWS4-ECDSA-P256-SHA256 Credential=a/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=b',
  ])('takes %j for none', (header) => {
    expect(readAuthorization(header)).toBeUndefined();
  });

  it('reads one without spaces, in any order', () => {
    const header =
      'AWS4-HMAC-SHA256 SignedHeaders=a;host,Signature=0f,Credential=key/20260101/us-east-1/sqs/aws4_request';
    expect(readAuthorization(header)).toEqual({
      accessKeyId: 'key',
      scope: '20260101/us-east-1/sqs/aws4_request',
      signedHeaders: ['a', 'host'],
      signature: '0f',
    });
  });
});

describe('signedHeaders', () => {
  it('signs so that it is taken for the key’s own', () => {
    const url = 'http://127.0.0.1:4566/000000000000/queue?a=1';
    const body = '{"a":"ü"}';
    const headers = signedHeaders(KEY, { url, region: 'r', service: 'sqs', headers: { 'x-a': 'b' }, body });
    const authorization = readAuthorization(headers.authorization ?? '');
    const request = {
      method: 'POST',
      target: '/000000000000/queue?a=1',
      headers: new Map(Object.entries({ ...headers, host: '127.0.0.1:4566' })),
      body,
    };
    expect(authorization && isSignedBy(KEY, request, authorization)).toBe(true);
  });
});

describe('createAccessKey', () => {
  it('makes another one each time', () => {
    expect(createAccessKey().accessKeyId).not.toBe(KEY.accessKeyId);
    expect(createAccessKey().secretAccessKey).not.toBe(KEY.secretAccessKey);
    expect(KEY.secretAccessKey).toMatch(/^[\w-]{40}$/);
  });
});
