import { describe, expect, it } from 'vitest';
import { correlationIdOf } from '#functions/admin-api/http/correlation-id.ts';

describe('Function: correlationIdOf', () => {
  it('is the request id of API Gateway', () => {
    expect(correlationIdOf({ requestContext: { requestId: 'JKJaXmPLvHcESHA=' } }, 'invocation')).toBe(
      'JKJaXmPLvHcESHA=',
    );
  });

  it.each([
    undefined,
    null,
    1,
    'text',
    {},
    { requestContext: null },
    { requestContext: { requestId: 7 } },
    ...forged(),
  ])('is that of the invocation for %j', (event) => {
    expect(correlationIdOf(event, 'invocation')).toBe('invocation');
  });
});

function forged() {
  return ['', 'a\r\nset-cookie: b=c', 'x'.repeat(129), 'é'].map((requestId) => ({
    requestContext: { requestId },
  }));
}
