import { describe, expect, it } from 'vitest';
import { readRequest } from '#functions/admin-api/http/read-request.ts';

const queryOf = (rawQueryString: unknown, queryStringParameters?: unknown) =>
  readRequest({ rawQueryString, queryStringParameters }).query;

describe('Function: readRequest', () => {
  it('reads an event of API Gateway', () => {
    const event = {
      rawPath: '/api/skills/a%2Fb',
      rawQueryString: 'limit=5',
      headers: { Authorization: 'Bearer x', 'If-Match': '"3"', Cookie: 'a=b' },
      requestContext: { http: { method: 'PUT' } },
      body: 'e30=',
      isBase64Encoded: true,
    };

    expect(readRequest(event)).toEqual({
      method: 'PUT',
      segments: ['api', 'skills', 'a%2Fb'],
      query: [['limit', '5']],
      authorization: 'Bearer x',
      headers: { 'if-match': '"3"' },
      body: 'e30=',
      isBase64Encoded: true,
    });
  });

  it.each([
    undefined,
    null,
    7,
    'text',
    [],
    {},
    { headers: 1, requestContext: { http: null }, rawPath: {}, body: 1 },
  ])('reads %j as empty', (event) => {
    expect(readRequest(event)).toEqual({
      method: '',
      segments: [],
      query: [],
      authorization: undefined,
      headers: {},
      body: undefined,
      isBase64Encoded: false,
    });
  });

  it.each([
    [
      'a=1&a=2&b=',
      [
        ['a', '1'],
        ['a', '2'],
        ['b', ''],
      ],
    ],
    ['a=1%2C2+3', [['a', '1,2 3']]],
    ['?a=1', [['?a', '1']]],
    ['&&a', [['a', '']]],
    ['__proto__=1', [['__proto__', '1']]],
    // Bytes that are no UTF-8 become half a surrogate pair; what was sent as U+FFFD stays it.
    ['a=%FF', [['a', '\udcff']]],
    ['a=%EF%BF%BD', [['a', '\ufffd']]],
  ])('reads the query %s', (text, pairs) => {
    expect(queryOf(text)).toEqual(pairs);
  });

  it('asks the parsed parameters only where there is no raw query', () => {
    expect(queryOf('', { a: '1', b: 7 })).toEqual([
      ['a', '1'],
      ['b', ''],
    ]);
    expect(queryOf('a=2', { a: '1' })).toEqual([['a', '2']]);
  });
});
