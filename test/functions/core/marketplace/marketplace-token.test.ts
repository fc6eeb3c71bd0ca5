import { describe, expect, it } from 'vitest';
import { isSendable, readToken, readTokenEnd, writeToken } from '#core/marketplace/marketplace-token.ts';

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

describe('Function: readTokenEnd', () => {
  const END = Date.parse('2027-02-03T04:05:06Z');
  const jwt = (claims: unknown) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;

  it.each([
    ['what was written', writeToken('abc', END), END],
    ['the date beside the token', '{"token": "abc", "expires_at": "2027-02-03T04:05:06Z"}', END],
    ['the claim of a bare JWT', jwt({ exp: END / 1_000 }), END],
    ['the claim of a JWT in JSON', writeToken(jwt({ exp: END / 1_000 })), END],
    ['the date where both say', writeToken(jwt({ exp: 1 }), END), END],
    [
      'the claim where the date is none',
      JSON.stringify({ token: jwt({ exp: 7 }), expires_at: 'soon' }),
      7_000,
    ],
    ['no end of a token that does not say', writeToken('abc'), undefined],
    ['no end of a JWT without the claim', jwt({ iat: 1 }), undefined],
    ['no end of a claim that is no number', jwt({ exp: 'soon' }), undefined],
    ['no end of what only looks like a JWT', 'a.b.c', undefined],
    ['no end of a JWT that holds no object', jwt(5), undefined],
    ['no end where there is no token', '{}', undefined],
    ['no end in JSON that is cut off', '{"token": "abc"', undefined],
    ['no end in no text', '', undefined],
  ])('reads %s', (_what, secret, end) => {
    expect(readTokenEnd(secret)).toBe(end);
  });

  it('never takes away from the token', () => {
    expect(readToken(writeToken('abc', END))).toBe('abc');
  });
});
