import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asciiJson } from '#core/json/ascii-json.ts';
import { MAX_ID_BYTES } from '#core/marketplace/wire-fields.ts';
import { MAX_USER_ID_BYTES } from '#core/ratings/rating.ts';
import { formatUploadMessage, parseUploadMessage } from '#core/ratings/upload-message.ts';

/** Any sequence of UTF-16 units, halves of surrogate pairs and control characters among them. */
const units = fc.array(fc.nat(0xffff), { maxLength: 40 }).map((codes) => String.fromCharCode(...codes));

/** What XML, and so SQS, has no place for, what ends a line to some, and what is long in UTF-8. */
const ODD = [
  ['U+FFFF', 'x\uffff'],
  ['U+FFFE', '\ufffex'],
  ['a form feed', 'a\fb'],
  ['a null', 'a\0b'],
  ['delete', 'a\x7fb'],
  ['a C1 control', 'a\x85b'],
  ['a line separator', 'a\u2028b\u2029'],
  ['an emoji', 'a🙂b'],
  ['a character beyond the planes in use', 'a\u{10ffff}b'],
  ['quotes and backslashes', '"\\u0041\\"'],
  ['plain text', 'dana'],
] as const;

describe('An upload message', () => {
  it.each(ODD)('is ASCII and comes back to the letter with %s in its ids', (_what, id) => {
    const message = { skillId: `s-${id}`, userId: id, revision: 3 };
    const body = formatUploadMessage(message);
    expect(body).toMatch(/^[\x20-\x7e]+$/);
    expect(parseUploadMessage(body)).toEqual(message);
  });

  it('is read as it was written before it was ASCII', () => {
    const message = { skillId: 'Zürich/日本', userId: 'é🙂', revision: 1 };
    const body = JSON.stringify({ skill_id: message.skillId, user_id: message.userId, revision: 1 });
    expect(parseUploadMessage(body)).toEqual(message);
  });

  it('stays below 7 KB with the longest ids, so that ten of them fit into one call', () => {
    const [skillId, userId] = ['\x01'.repeat(MAX_ID_BYTES), '\x02'.repeat(MAX_USER_ID_BYTES)];
    const body = formatUploadMessage({ skillId, userId, revision: Number.MAX_SAFE_INTEGER });
    expect(Buffer.byteLength(body)).toBeLessThan(7_000);
  });
});

describe('asciiJson', () => {
  it('gives back any text to the unit, lone surrogates included', () => {
    fc.assert(
      fc.property(units, units, (key, value) => {
        const json = asciiJson({ [`k${key}`]: [value] });
        expect(json).toMatch(/^[\x20-\x7e]+$/);
        expect(JSON.parse(json)).toEqual({ [`k${key}`]: [value] });
      }),
      { numRuns: 1_000 },
    );
    expect(JSON.parse(asciiJson(['\ud83d', '\udc00x']))).toEqual(['\ud83d', '\udc00x']);
  });
});
