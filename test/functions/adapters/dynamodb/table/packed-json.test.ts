import { describe, expect, it } from 'vitest';
import { compressJson, pack, unpackJson } from '#adapters/dynamodb/table/packed-json.ts';

describe('Function: unpackJson', () => {
  const json = JSON.stringify({ a: 'ü'.repeat(10_000), b: [1, null] });

  it('reads text and what was compressed alike', () => {
    expect(unpackJson(json)).toEqual(JSON.parse(json));
    const packed = compressJson(json);
    expect(packed.byteLength).toBeLessThan(200);
    expect(unpackJson(packed)).toEqual(JSON.parse(json));
  });

  it.each([
    ['no JSON', '{"a":'],
    ['no compressed text', Buffer.from('{}')],
    ['compressed text that is no JSON', compressJson('{"a":')],
    ['a number', 5],
    ['nothing', undefined],
  ])('gives nothing for %s', (_what, packed) => {
    expect(unpackJson(packed)).toBeUndefined();
  });

  it('does not unpack more than a conflict can hold', () => {
    const bomb = compressJson(JSON.stringify('a'.repeat(33 * 1024 * 1024)));
    expect(bomb.byteLength).toBeLessThan(10_000);
    expect(unpackJson(bomb)).toBeUndefined();
  });

  it('unpacks what a caller says that it can hold', () => {
    const packed = compressJson(json);
    expect(unpackJson(packed, 100)).toBeUndefined();
    expect(unpackJson(packed, json.length * 2)).toEqual(JSON.parse(json));
  });
});

describe('Function: pack', () => {
  it('leaves short values as text, and compresses long ones', () => {
    expect(pack({ a: 1 })).toBe('{"a":1}');
    const long = { a: 'ü'.repeat(2_500) };
    expect(pack(long)).toBeInstanceOf(Uint8Array);
    expect(unpackJson(pack(long))).toEqual(long);
  });
});
