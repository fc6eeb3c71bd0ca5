import { describe, expect, it } from 'vitest';
import { readFunctionAnswer } from '#local/api/http-response.ts';

const read = (value: unknown) => {
  const answer = readFunctionAnswer(JSON.stringify(value));
  return answer && { ...answer, body: answer.body.toString() };
};

describe('Function: readFunctionAnswer', () => {
  it('takes an answer with a status as the response', () => {
    const headers = { 'Content-Type': 'application/json', 'X-Count': 3 };
    expect(read({ statusCode: '201', headers, cookies: ['a=1', 'b=2'], body: '{}' })).toEqual({
      status: 201,
      headers: { 'content-type': 'application/json', 'x-count': '3', 'set-cookie': ['a=1', 'b=2'] },
      body: '{}',
    });
  });

  it('calls a body text where no header names its type, and decodes base64', () => {
    const body = Buffer.from('ü').toString('base64');
    expect(read({ statusCode: 200, body, isBase64Encoded: true })).toEqual({
      status: 200,
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
      body: 'ü',
    });
  });

  it.each([
    ['text', 'text'],
    [{ a: 1 }, '{"a":1}'],
    [null, 'null'],
  ])('takes %j as the body of a 200', (value, body) => {
    expect(read(value)).toEqual({ status: 200, headers: { 'content-type': 'application/json' }, body });
  });

  it.each([
    { statusCode: 'soon' },
    { statusCode: 42 },
    { statusCode: 200, body: {} },
    { statusCode: 200, headers: { a: [] } },
  ])('does not understand %j', (value) => {
    expect(read(value)).toBeUndefined();
  });
});
