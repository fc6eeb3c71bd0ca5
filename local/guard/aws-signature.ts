import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What signs the calls to the AWS stand-ins. */
export type AccessKey = { readonly accessKeyId: string; readonly secretAccessKey: string };

/** A request as its signature covers it. */
export type SignableRequest = {
  readonly method: string;
  /** Path and query as they are on the wire. */
  readonly target: string;
  /** By lower-case name; a name that came several times joined by commas. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer | string;
};

/** The parts of an `Authorization` header of Signature Version 4. */
export type Authorization = {
  readonly accessKeyId: string;
  /** `<date>/<region>/<service>/aws4_request` */
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
};

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** For engines that tests start without a key of their own. */
export const PLACEHOLDER_KEY: AccessKey = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Makes a random key, as good as a password of 240 bits. */
export function createAccessKey(): AccessKey {
  return {
    accessKeyId: `LOCAL${randomBytes(10).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  };
}

/** Takes an `Authorization` header apart; undefined where it is none of Signature Version 4. */
export function readAuthorization(header: string): Authorization | undefined {
  if (!header.startsWith(`${ALGORITHM} `)) return undefined;
  const parts = new Map(
    header
      .slice(ALGORITHM.length)
      .split(',')
      .map((part) => splitOnce(part.trim(), '=')),
  );
  const [accessKeyId, scope] = splitOnce(parts.get('Credential') ?? '', '/');
  const signedHeaders = (parts.get('SignedHeaders') ?? '').split(';').filter((name) => name !== '');
  const signature = parts.get('Signature') ?? '';
  if (!/^\d{8}\/[^/]+\/[^/]+\/aws4_request$/.test(scope) || signature === '') return undefined;
  return { accessKeyId, scope, signedHeaders, signature };
}

/** Whether a request carries the signature that the key's owner would give it: its body and its host are covered. */
export function isSignedBy(key: AccessKey, request: SignableRequest, given: Authorization): boolean {
  if (given.accessKeyId !== key.accessKeyId || !given.signedHeaders.includes('host')) return false;
  const expected = Buffer.from(signatureOf(key.secretAccessKey, request, given));
  const actual = Buffer.from(given.signature);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** A request before it is signed. */
export type CallToSign = {
  readonly url: string;
  readonly region: string;
  readonly service: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** The headers of a POST, its signature with them. */
export function signedHeaders(
  key: AccessKey,
  call: CallToSign,
  now: Date = new Date(),
): Record<string, string> {
  const { host, pathname, search } = new URL(call.url);
  const time = `${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const scope = `${time.slice(0, 8)}/${call.region}/${call.service}/aws4_request`;
  const headers: Record<string, string> = { ...call.headers, 'x-amz-date': time };
  const covered = new Map(Object.entries({ ...headers, host }));
  const names = [...covered.keys()].sort();
  const request = { method: 'POST', target: `${pathname}${search}`, headers: covered, body: call.body };
  const signature = signatureOf(key.secretAccessKey, request, { scope, signedHeaders: names });
  const parts = [
    `Credential=${key.accessKeyId}/${scope}`,
    `SignedHeaders=${names.join(';')}`,
    `Signature=${signature}`,
  ];
  return { ...headers, authorization: `${ALGORITHM} ${parts.join(', ')}` };
}

function signatureOf(
  secret: string,
  request: SignableRequest,
  { scope, signedHeaders }: Pick<Authorization, 'scope' | 'signedHeaders'>,
): string {
  const [path, query] = splitOnce(request.target, '?');
  const canonical = [
    request.method,
    canonicalPath(path),
    canonicalQuery(query),
    ...signedHeaders.map(
      (name) => `${name}:${(request.headers.get(name) ?? '').trim().replace(/\s+/g, ' ')}`,
    ),
    '',
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
  const time = request.headers.get('x-amz-date') ?? '';
  const text = [ALGORITHM, time, scope, sha256(canonical)].join('\n');
  const first: Buffer = Buffer.from(`AWS4${secret}`);
  const key = scope.split('/').reduce(hmac, first);
  return hmac(key, text).toString('hex');
}

/** Of every service but S3 the path is encoded once more. */
function canonicalPath(path: string): string {
  return encode(path).replaceAll('%2F', '/');
}

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map((pair) => pair.join('='))
    .join('&');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function encode(text: string): string {
  const hex = (letter: string) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, hex);
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function splitOnce(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}
