import { describe, expect, it } from 'vitest';
import { isSendable, readToken, writeToken } from '#core/marketplace/marketplace-token.ts';

describe('Function: readToken', () => {
  it.each([
    ['the bare token', 'abc', 'abc'],
    ['the bare token with space around it', ' abc\n', 'abc'],
    ['a field of JSON', '{"token": "abc"}', 'abc'],
    ['a field with space around its value', ' {"token": " abc "} ', 'abc'],
    ['what was written', writeToken('a"b'), 'a"b'],
    ['no text', '', undefined],
    ['JSON without a token', '{}', undefined],
    ['a token that is no text', '{"token": 5}', undefined],
    ['JSON that is cut off', '{"token": "abc"', undefined],
    ['an empty token', '{"token": ""}', undefined],
    ['a token that no header can carry', 'a b', undefined],
  ])('reads %s', (_what, secret, token) => {
    expect(readToken(secret)).toBe(token);
  });
});

describe('Function: isSendable', () => {
  it('takes printable ASCII without spaces', () => {
    expect(['!~', 'ü', 'a\n', '', '\u007f'].map(isSendable)).toEqual([true, false, false, false, false]);
  });
});
