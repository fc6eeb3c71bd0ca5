import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditParameters } from '#functions/admin-api/audit-parameters.ts';

const ofBody = (body: unknown) => auditParameters({ path: {}, query: [], body });

describe('Function: auditParameters', () => {
  it('leaves out parts that are empty', () => {
    expect(ofBody(undefined)).toEqual({});
    expect(ofBody({})).toEqual({});
    expect(auditParameters({ path: { id: 'a' }, query: [['limit', '5']], body: null })).toEqual({
      path: { id: 'a' },
      query: { limit: '5' },
      body: null,
    });
  });

  it.each([
    'token',
    'apiToken',
    'client_secret',
    'password',
    'Authorization',
    'api_key',
    'apiKey',
    'PRIVATE-KEY',
    'cookies',
    'aws_session_token',
    'credentials',
    'env_vars',
  ])('removes what is called %s', (key) => {
    expect(ofBody({ deep: [{ [key]: 'x' }] })).toEqual({ body: { deep: [{ [key]: '[removed]' }] } });
  });

  it.each([
    ['Bearer abc.def', 'Bearer [removed]'],
    ['see eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln', 'see [removed]'],
    ['postgres://u:p@host/db', 'postgres://[removed]@host/db'],
  ])('removes what looks like a secret: %s', (text, clean) => {
    expect(ofBody({ name: text, [text]: 1 })).toEqual({ body: { name: clean, [clean]: 1 } });
  });

  it('tells of programs only how long they are', () => {
    expect(ofBody({ code: 'x'.repeat(1_000) })).toEqual({ body: { code: '[1002 characters]' } });
  });

  it('cuts what is long, wide or deep', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(30)}1${'}'.repeat(30)}`);

    expect(ofBody({ name: 'x'.repeat(400) })).toEqual({
      body: { name: `${'x'.repeat(300)}… [400 characters]` },
    });
    expect(ofBody({ tags: Array.from({ length: 50 }, () => 'a') }).body).toMatchObject({
      tags: expect.arrayContaining(['[10 more]']),
    });
    expect(JSON.stringify(ofBody(deep))).toContain('[…]');
    expect(ofBody(Array.from({ length: 40 }, () => 'x'.repeat(290)))).toEqual({
      shortened: expect.stringMatching(/^\{"body":\["xxx/),
    });
  });

  it('makes of any request something that the table takes, in 4 KB', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(1e200, -1e-300, 2 ** 60, { '': 1 }, { '\ud800': '\udc00' }),
    );
    const body = fc.oneof(value, fc.dictionary(fc.string({ unit: 'binary' }), value));
    fc.assert(
      fc.property(body, (body) => {
        const parameters = auditParameters({ path: { id: 'a' }, query: [['', 'x']], body });
        const text = parameters.shortened ?? JSON.stringify(parameters);
        expect(Buffer.byteLength(String(text))).toBeLessThanOrEqual(4_096);
        expect(String(text).isWellFormed()).toBe(true);
        expect(refusedByTheTable(parameters)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Empty names, and numbers out of DynamoDB's range or beyond safe integers. */
function refusedByTheTable(value: unknown): unknown[] {
  if (typeof value === 'number') {
    const size = Math.abs(value);
    return size !== 0 && (size < 1e-130 || size > Number.MAX_SAFE_INTEGER) ? [value] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [
    ...(name === '' ? ['empty'] : []),
    ...refusedByTheTable(item),
  ]);
}
