import { describe, expect, it } from 'vitest';
import { type GuardRules, originForm, validateRequest } from '#local/guard/request-guard.ts';

const PORT = 3000;
const JSON_ONLY = { contentTypes: ['application/json'] };

type Case = {
  method?: string;
  target?: string;
  /** In place of `Host: 127.0.0.1:3000`. */
  hosts?: string[];
  headers?: [string, string][];
  rules?: Partial<GuardRules>;
};

function judge({ method = 'GET', target = '/', hosts = ['127.0.0.1:3000'], headers = [], rules }: Case) {
  const all = [...hosts.map((host) => ['host', host] as const), ...headers];
  return validateRequest({ method, target, headers: all }, { port: PORT, ...rules })?.code;
}

describe('validateRequest: Host', () => {
  it.each(['127.0.0.1:3000', 'localhost:3000', 'LocalHost:3000', '[::1]:3000', ' 127.0.0.1:3000 '])(
    'lets %j in',
    (host) => {
      expect(judge({ hosts: [host] })).toBeUndefined();
    },
  );

  it.each([
    'rebound.example.com:3000',
    'rebound.example.com',
    '127.0.0.1',
    'localhost',
    '127.0.0.1:3001',
    '127.0.0.1:03000',
    '127.0.0.1:3000:3000',
    '127.0.0.1.example.com:3000',
    'localhost.:3000',
    'localhost.example.com:3000',
    'user@127.0.0.1:3000',
    '0.0.0.0:3000',
    '127.0.0.2:3000',
    '[::ffff:127.0.0.1]:3000',
    '192.168.1.7:3000',
    'localhost:3000, localhost:3000',
    'localhost:3000/',
    '',
    ':3000',
  ])('refuses %j', (host) => {
    expect(judge({ hosts: [host] })).toBe('forbidden_host');
  });

  it('refuses a request without a Host and one with several, even the same', () => {
    expect(judge({ hosts: [] })).toBe('bad_host');
    expect(judge({ hosts: ['127.0.0.1:3000', '127.0.0.1:3000'] })).toBe('bad_host');
    expect(judge({ hosts: ['127.0.0.1:3000', 'rebound.example.com'] })).toBe('bad_host');
  });

  it('knows that port 80 is left out', () => {
    expect(judge({ hosts: ['localhost'], rules: { port: 80 } })).toBeUndefined();
  });

  it('takes the name in a target that is a whole URL as seriously', () => {
    expect(judge({ target: 'http://localhost:3000/api' })).toBeUndefined();
    for (const authority of ['rebound.example.com', 'localhost:3001', 'x@localhost:3000', ''])
      expect(judge({ target: `http://${authority}/api` }), authority).toBe('forbidden_host');
    expect(judge({ target: 'http://localhost:3000/', hosts: ['rebound.example.com:3000'] })).toBe(
      'forbidden_host',
    );
  });

  it('takes names that its owner gave it, and all where it is for other computers', () => {
    expect(judge({ hosts: ['10.0.0.7:3000'], rules: { hostNames: ['10.0.0.7'] } })).toBeUndefined();
    expect(judge({ hosts: ['10.0.0.8:3000'], rules: { hostNames: ['10.0.0.7'] } })).toBe('forbidden_host');
    expect(judge({ hosts: ['simulator:4000'], rules: { hostNames: 'any' } })).toBeUndefined();
    expect(judge({ hosts: [], rules: { hostNames: 'any' } })).toBe('bad_host');
  });
});

describe('validateRequest: who asks', () => {
  const methods = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'];
  const foreign = [
    'https://evil.example.com',
    'http://evil.example.com:3000',
    'http://127.0.0.1',
    'http://127.0.0.1:3001',
    'https://127.0.0.1:3000',
    'http://localhost:5173',
    'http://localhost:3000.evil.example.com',
    'http://localhost:3000/',
    'chrome-extension://abcdef',
    'file://',
    'null',
    '',
  ];

  it.each(foreign)('refuses a page of %j by any method', (origin) => {
    for (const method of methods)
      expect(judge({ method, headers: [['origin', origin]] }), method).toBe('forbidden_origin');
  });

  it.each(['http://127.0.0.1:3000', 'http://localhost:3000', 'http://[::1]:3000'])(
    'lets its own page %s in',
    (origin) => {
      for (const method of methods) {
        const headers: [string, string][] = [
          ['origin', origin],
          ['sec-fetch-site', 'same-origin'],
        ];
        expect(judge({ method, headers }), method).toBeUndefined();
      }
    },
  );

  it('refuses a foreign origin beside its own', () => {
    const headers: [string, string][] = [
      ['origin', 'http://127.0.0.1:3000'],
      ['origin', 'https://evil.example.com'],
    ];
    expect(judge({ headers })).toBe('forbidden_origin');
  });

  it.each([
    ['none', undefined],
    ['same-origin', undefined],
    ['Same-Origin', undefined],
    ['same-site', 'forbidden_origin'],
    ['cross-site', 'forbidden_origin'],
    ['anything', 'forbidden_origin'],
  ])('judges Sec-Fetch-Site: %s', (site, code) => {
    for (const method of methods)
      expect(judge({ method, headers: [['sec-fetch-site', site]] }), method).toBe(code);
  });

  it('refuses what the browser calls cross-site, whatever it says of its origin', () => {
    const headers: [string, string][] = [
      ['origin', 'http://localhost:3000'],
      ['sec-fetch-site', 'cross-site'],
    ];
    expect(judge({ headers })).toBe('forbidden_origin');
  });

  it('lets the pages in that its owner allows, and no others', () => {
    const rules = { allowedOrigins: ['https://app.example.com'] };
    const of = (origin: string): [string, string][] => [
      ['origin', origin],
      ['sec-fetch-site', 'cross-site'],
    ];
    expect(judge({ headers: of('https://app.example.com'), rules })).toBeUndefined();
    expect(judge({ headers: of('https://app.example.com.evil.example.com'), rules })).toBe(
      'forbidden_origin',
    );
    expect(judge({ headers: [['sec-fetch-site', 'cross-site']], rules })).toBe('forbidden_origin');
  });
});

describe('validateRequest: Content-Type', () => {
  const post = (headers: [string, string][], method = 'POST') => judge({ method, headers, rules: JSON_ONLY });

  it.each([
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; application/json',
    'application/json, text/plain',
    'application/jsonp',
    '',
  ])('refuses a body of type %j, and an empty one', (type) => {
    for (const length of ['2', '0'])
      expect(
        post([
          ['content-type', type],
          ['content-length', length],
        ]),
      ).toBe('unsupported_media_type');
  });

  it('refuses a body without a type, of a length that is known or not', () => {
    expect(post([['content-length', '2']])).toBe('unsupported_media_type');
    expect(post([['transfer-encoding', 'chunked']])).toBe('unsupported_media_type');
    expect(post([['content-length', '2']], 'GET')).toBe('unsupported_media_type');
  });

  it('refuses two types', () => {
    const two: [string, string][] = [
      ['content-type', 'application/json'],
      ['content-type', 'text/plain'],
      ['content-length', '2'],
    ];
    expect(post(two)).toBe('unsupported_media_type');
  });

  it.each(['application/json', 'Application/JSON', 'application/json; charset=utf-8'])('takes %s', (type) => {
    expect(
      post([
        ['content-type', type],
        ['content-length', '2'],
      ]),
    ).toBeUndefined();
  });

  it('takes nothing at all', () => {
    expect(post([])).toBeUndefined();
    expect(post([['content-length', '0']])).toBeUndefined();
    expect(post([['content-type', 'text/plain']], 'GET')).toBeUndefined();
  });

  it('leaves bodies alone where the handler judges them', () => {
    const headers: [string, string][] = [
      ['content-type', 'text/plain'],
      ['content-length', '2'],
    ];
    expect(judge({ method: 'POST', headers })).toBeUndefined();
  });
});

describe('originForm', () => {
  it.each([
    ['/api?x=http://y', '/api?x=http://y'],
    ['http://localhost:3000/api/skills?limit=3', '/api/skills?limit=3'],
    ['HTTP://localhost:3000', '/'],
    ['http://localhost:3000?x=1', '/?x=1'],
    ['*', '*'],
  ])('makes of %s the path %s', (target, path) => {
    expect(originForm(target)).toBe(path);
  });
});
