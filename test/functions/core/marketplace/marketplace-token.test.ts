import { describe, expect, it } from 'vitest';
import {
  daysToSoonEnd,
  isSendable,
  readToken,
  readTokenLife,
  writeToken,
} from '#core/marketplace/marketplace-token.ts';

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

describe('Function: readTokenLife', () => {
  const START = Date.parse('2027-01-02T03:04:05Z');
  const END = Date.parse('2027-02-03T04:05:06Z');
  const life = { issuedAt: START, endsAt: END };
  const claims = { iat: START / 1_000, exp: END / 1_000 };
  const jwt = (payload: unknown) => `h.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.s`;
  const dates = { issued_at: '2027-01-02T03:04:05Z', expires_at: '2027-02-03T04:05:06Z' };

  it.each([
    ['what was written', writeToken('abc', life), life],
    ['the dates beside the token', JSON.stringify({ token: 'abc', ...dates }), life],
    ['the claims of a bare JWT', jwt(claims), life],
    ['the claims of a JWT in JSON', writeToken(jwt(claims)), life],
    ['the dates where both say', writeToken(jwt({ iat: 1, exp: 2 }), life), life],
    ['an end alone', writeToken('abc', { endsAt: END }), { endsAt: END }],
    ['a claim beside a date', writeToken(jwt({ iat: 1 }), { endsAt: END }), { issuedAt: 1_000, endsAt: END }],
    [
      'the claims where the dates are none',
      JSON.stringify({ token: jwt({ iat: 6, exp: 7 }), issued_at: 5, expires_at: 'soon' }),
      { issuedAt: 6_000, endsAt: 7_000 },
    ],
    ['no life of a token that does not say', writeToken('abc'), {}],
    ['no end of a JWT without the claim', jwt({ iat: 1 }), { issuedAt: 1_000 }],
    ['no life of claims that are no numbers', jwt({ iat: '1', exp: 'soon' }), {}],
    ['no life of what only looks like a JWT', 'a.b.c', {}],
    ['no life of a JWT that holds no object', jwt(5), {}],
    ['no life where there is no token', '{}', {}],
    ['no life in JSON that is cut off', '{"token": "abc"', {}],
    ['no life in no text', '', {}],
  ])('reads %s', (_what, secret, expected) => {
    expect(readTokenLife(secret)).toEqual(expected);
  });

  it('never takes away from the token', () => {
    expect(readToken(writeToken('abc', life))).toBe('abc');
  });
});

describe('Function: daysToSoonEnd', () => {
  const DAY = 24 * 3_600_000;
  const NOW = Date.parse('2026-11-01T00:00:00Z');
  /** Days until it ends, and since it was issued. */
  const at = (left: number, age?: number) =>
    daysToSoonEnd({ endsAt: NOW + left * DAY, ...(age !== undefined && { issuedAt: NOW - age * DAY }) }, NOW);

  it.each([
    ['of which no start is known', undefined, 7],
    ['that lives for a year', 358, 7],
    ['that lives for four weeks', 21, 7],
    ['that lives for two weeks', 10.5, 3.5],
    ['that lives for a day', 0.75, 0.25],
    ['that was issued after its end', -30, 7],
  ])('is told of a token %s', (_what, age, soon) => {
    expect(at(soon, age)).toBeUndefined();
    // A minute later.
    const later = 1 / 1_440;
    expect(at(soon - later, age === undefined ? undefined : age + later)).toBeCloseTo(soon - later, 9);
  });

  it('is 0 once it has ended, and not told where nobody knows', () => {
    expect(at(-3)).toBe(0);
    expect(at(0, 14)).toBe(0);
    expect(daysToSoonEnd({ issuedAt: NOW }, NOW)).toBeUndefined();
  });
});
