import { describe, expect, it } from 'vitest';
import { InvalidTokenError, KeysUnavailableError, TokenExpiredError } from '#core/errors.ts';
import { authenticate, requireLevel } from '#functions/admin-api/http/authenticate.ts';

const known = async (token: string) => ({ subject: token, levels: ['INTERN', 'other'] });

describe('Function: authenticate', () => {
  it.each(['Bearer abc', 'bearer   abc', '  BEARER abc  '])('takes the token out of "%s"', async (header) => {
    expect(await authenticate(known, header)).toEqual({ subject: 'abc', level: 'INTERN' });
  });

  it.each([
    [undefined, 'Bearer'],
    [' ', 'Bearer'],
    ['Basic abc', 'Bearer error="invalid_token"'],
    ['Bearer a b', 'Bearer error="invalid_token"'],
  ])('refuses the header %j', async (header, challenge) => {
    await expect(authenticate(known, header)).rejects.toMatchObject({
      status: 401,
      code: 'unauthorized',
      headers: { 'www-authenticate': challenge },
    });
  });

  it.each([
    [new TokenExpiredError('late'), { status: 401, message: expect.stringContaining('expired') }],
    [new InvalidTokenError('bad'), { status: 401, message: expect.stringContaining('not valid') }],
    [new KeysUnavailableError('no keys'), { code: 'keys_unavailable' }],
    [new Error('bug'), { message: 'bug' }],
  ])('passes on what the check says: %s', async (error, expected) => {
    await expect(authenticate(() => Promise.reject(error), 'Bearer x')).rejects.toMatchObject(expected);
  });
});

describe('Function: requireLevel', () => {
  const intern = { subject: 'dana', level: 'INTERN' } as const;

  it('lets through whoever has the level or a higher one, and everybody to what is public', () => {
    expect(() => requireLevel('public', undefined)).not.toThrow();
    expect(() => requireLevel('STUDENT', intern)).not.toThrow();
    expect(() => requireLevel('INTERN', intern)).not.toThrow();
  });

  it.each([
    [undefined, 401, 'unauthorized'],
    [intern, 403, 'insufficient_maturity'],
    [{ subject: 'dana', level: undefined }, 403, 'insufficient_maturity'],
  ])('refuses %j what needs SUPERVISED', (caller, status, code) => {
    expect(() => requireLevel('SUPERVISED', caller)).toThrow(expect.objectContaining({ status, code }));
  });
});
