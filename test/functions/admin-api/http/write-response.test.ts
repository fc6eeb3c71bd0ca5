import { describe, expect, it } from 'vitest';
import { writeResponse } from '#functions/admin-api/http/write-response.ts';

describe('Function: writeResponse', () => {
  it('writes JSON, well-formed, with headers that keep it out of caches', () => {
    expect(writeResponse({ status: 201, body: { half: '\ud800' } }, 'id-1')).toEqual({
      statusCode: 201,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-correlation-id': 'id-1',
      },
      body: '{"half":"\\ufffd"}',
    });
  });

  it('writes bytes in base64 as long as they fit so', () => {
    const write = (text: string) => writeResponse({ status: 200, body: Buffer.from(text) }, 'id-1');
    const fits = '日本'.repeat(750_000);

    const { body = '', isBase64Encoded } = write(fits);
    expect([isBase64Encoded, body.length]).toEqual([true, 6_000_000]);
    expect(Buffer.from(body, 'base64').toString() === fits).toBe(true);

    const larger = write(`${fits}!`);
    expect([larger.isBase64Encoded, larger.body === `${fits}!`]).toEqual([undefined, true]);
  });

  it('writes text as it is, under the type of its route', () => {
    const response = writeResponse(
      { status: 200, headers: { 'content-type': 'text/plain' }, body: 'a "b"' },
      'id-1',
    );

    expect(response).toMatchObject({ headers: { 'content-type': 'text/plain' }, body: 'a "b"' });
  });

  it('names no type of an answer without a body', () => {
    const { headers, body } = writeResponse({ status: 204, body: '' }, 'id-1');

    expect(headers).not.toHaveProperty('content-type');
    expect(body).toBe('');
  });
});
