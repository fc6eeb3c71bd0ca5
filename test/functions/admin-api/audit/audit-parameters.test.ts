import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditParameters } from '#functions/admin-api/audit/audit-parameters.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

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
    expect(ofBody({ code: 'x'.repeat(1_000) })).toEqual({ body: { code: '[1000 characters]' } });
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

  it('shows six levels and no more', () => {
    const nested = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);

    expect(ofBody(nested(6))).toEqual({ body: nested(6) });
    expect(JSON.stringify(ofBody(nested(7)))).toBe(`{"body":${'{"a":'.repeat(6)}"[…]"${'}'.repeat(6)}}`);
    expect(ofBody([[[[[[1]]]]]])).toEqual({ body: [[[[[[1]]]]]] });
    expect(ofBody([[[[[[[1]]]]]]])).toEqual({ body: [[[[[['[…]']]]]]] });
  });

  it('shows a query that repeats a name with all its values', () => {
    const query = [
      ['tag', 'a'],
      ['constructor', 'b'],
      ['tag', 'c'],
    ] as const;

    expect(auditParameters({ path: {}, query, body: undefined })).toEqual({
      query: { tag: ['a', 'c'], constructor: 'b' },
    });
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', '', 'a.b', '\u0000', '…', 'toJSON'])(
    'keeps what is called %j under its own name',
    (name) => {
      const body = JSON.parse(`{${JSON.stringify(name)}: {${JSON.stringify(name)}: 1}}`);
      const shown = ofBody(body).body as object;

      expect(JSON.stringify(shown)).toBe(JSON.stringify(body));
      expect(Object.getPrototypeOf(shown)).toBe(Object.prototype);
    },
  );

  it('tells a number that no double can stand for as it came, a very long one by its beginning', () => {
    const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };
    const parameters = ofBody({ n: rawJSON('9007199254740993'), long: rawJSON('1'.repeat(200_000)) });

    expect(JSON.stringify(parameters)).toBe(
      `{"body":{"n":9007199254740993,"long":"${'1'.repeat(100)}… [200000 characters]"}}`,
    );
  });

  it('takes what stands under a name of 65 KB for a secret, and cuts the name', () => {
    const name = 'n'.repeat(65_536);

    expect(ofBody({ [name]: 's3cret' })).toEqual({
      body: { [`${'n'.repeat(100)}… [65536 characters]`]: '[removed]' },
    });
  });

  const JWT = `eyJ${'a'.repeat(200)}.eyJ${'b'.repeat(400)}.${'c'.repeat(200)}`;
  it.each([
    ['a token', JWT],
    ['a token that is longer than what is looked at', `eyJ${'s3cret'.repeat(5_000)}`],
    ['credentials', `Bearer ${'s3cret'.repeat(500)}`],
    ['a password in an address', `https://me:${'s3cret'.repeat(100)}@example.com`],
    ['a password that is longer than what is looked at', `https://me:${'s3cret'.repeat(5_000)}@example.com`],
  ])('shows nothing of %s, wherever it is cut', (_what, secret) => {
    const shownOf = /eyJ\w|s3c|aaaa|bbbb|cccc/;
    for (let before = 0; before < 1_500; before += 7) {
      const shown = JSON.stringify(ofBody({ note: `${'-'.repeat(before)} ${secret} ${'x'.repeat(2_000)}` }));
      expect(shown, `after ${before} characters`).not.toMatch(shownOf);
    }
  });

  it('shows an address without a password, though it is cut off', () => {
    const note = `${'-'.repeat(280)} https://example.com/a/b/c/d`;

    expect(ofBody({ note })).toEqual({
      body: { note: `${note.slice(0, 300)}… [${note.length} characters]` },
    });
  });

  const deep = (open: string, close: string, levels: number) =>
    `${open.repeat(levels)}1${close.repeat(levels)}`;
  it.each([
    ['eyJ', (bytes: number) => 'eyJ'.repeat(bytes / 3)],
    ['eyJ.', (bytes: number) => 'eyJ.'.repeat(bytes / 4)],
    ['Bearer', (bytes: number) => 'Bearer '.repeat(bytes / 7)],
    ['Bearer and blanks', (bytes: number) => `Bearer${' '.repeat(bytes)}`],
    ['dots', (bytes: number) => '.'.repeat(bytes)],
    ['quotes', (bytes: number) => '"'.repeat(bytes)],
    ['backslashes', (bytes: number) => '\\'.repeat(bytes)],
    ['addresses', (bytes: number) => '://'.repeat(bytes / 3)],
    ['an address without end', (bytes: number) => `://${'a'.repeat(bytes)}`],
    ['brackets', (bytes: number) => JSON.parse(deep('[', ']', bytes / 2))],
    ['braces', (bytes: number) => JSON.parse(deep('{"a":', '}', bytes / 6))],
    ['a wide list', (bytes: number) => Array.from({ length: bytes / 4 }, () => [0])],
    ['a wide tree', (bytes: number) => tree(6, 40, { left: bytes / 8 })],
    ['a long name', (bytes: number) => ({ ['pass'.repeat(bytes / 4)]: 1 })],
    ['many long texts', (bytes: number) => Array.from({ length: 40 }, () => 'eyJ'.repeat(bytes / 120))],
  ])('costs a few milliseconds, however much there is of: %s', (_what, make) => {
    for (const bytes of [250_000, 10_000_000]) {
      const value = make(bytes);
      const parameters = fastest(() => auditParameters({ path: {}, query: [['q', 'x']], body: value }));
      expect(parameters.ms, `${bytes} bytes`).toBeLessThan(20);
      expect(Buffer.byteLength(JSON.stringify(parameters.value))).toBeLessThan(9_000);
    }
  });

  it(`makes of any request something that can be told, in 4 KB (seed ${SEED})`, () => {
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
        expect(JSON.stringify(parameters)).not.toMatch(/\\ud[89a-f]/);
        expect(JSON.stringify(JSON.parse(JSON.stringify(parameters)))).toBe(JSON.stringify(parameters));
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });
});

/** The best of three: what it costs by itself, on a machine that does other things as well. */
function fastest<T>(work: () => T): { readonly value: T; readonly ms: number } {
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    const value = work();
    return { value, ms: performance.now() - start };
  });
  return times.reduce((best, time) => (time.ms < best.ms ? time : best));
}

/** Lists of lists, so wide and so deep, until there are so many. */
function tree(depth: number, width: number, room: { left: number }): unknown {
  if (depth === 0 || room.left <= 0) return 'x';
  return Array.from({ length: width }, () => {
    room.left -= 1;
    return tree(depth - 1, width, room);
  });
}
