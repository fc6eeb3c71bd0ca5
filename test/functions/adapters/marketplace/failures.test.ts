import { describe, expect, it } from 'vitest';
import {
  connectionFailed,
  outOfTime,
  permanentFailure,
  timedOut,
  tokenRejected,
} from '#adapters/marketplace/failures.ts';
import {
  MarketplaceAuthError,
  MarketplaceRefusedError,
  MarketplaceUnavailableError,
  OutOfTimeError,
} from '#core/errors.ts';

const SHOWN = 'GET /api/v1/skills';

describe('Function: permanentFailure', () => {
  it('takes a 403 for a token that may not do it', () => {
    const error = permanentFailure(SHOWN, 403);

    expect(error).toBeInstanceOf(MarketplaceAuthError);
    expect(error.message).toContain(`${SHOWN} (403)`);
  });

  it.each([0, 301, 399])('tells of a redirect that is not followed: %i', (status) => {
    const error = permanentFailure(SHOWN, status);

    expect(error).toBeInstanceOf(MarketplaceRefusedError);
    expect(error).toMatchObject({ status, message: expect.stringMatching(/redirected .* another address/) });
  });

  it.each([400, 404, 422])('takes %i for a refusal', (status) => {
    const error = permanentFailure(SHOWN, status);

    expect(error).toBeInstanceOf(MarketplaceRefusedError);
    expect(error).toMatchObject({
      status,
      message: `The marketplace refused ${SHOWN} with status ${status}.`,
    });
  });
});

describe('Function: connectionFailed', () => {
  const withCode = (code: unknown, message = 'secret') => Object.assign(new Error(message), { code });

  it.each([
    ['the code of the error', withCode('ECONNRESET'), 'ECONNRESET'],
    [
      'the code of its cause',
      new TypeError('secret', { cause: withCode('UND_ERR_SOCKET') }),
      'UND_ERR_SOCKET',
    ],
    [
      'the innermost name where there is no code',
      new TypeError('secret', { cause: new RangeError() }),
      'RangeError',
    ],
    ['a name in the place of a code that is no text', withCode(7), 'Error'],
    ['no reason where nothing of use was thrown', 'secret', 'no reason given'],
  ])('tells %s, and nothing else', (_what, thrown, reason) => {
    const error = connectionFailed(thrown);

    expect(error).toBeInstanceOf(MarketplaceUnavailableError);
    expect(error.message).toBe(`the connection failed (${reason})`);
    expect(error.cause).toBeUndefined();
  });
});

describe('The failures of a call', () => {
  it.each([
    [tokenRejected(SHOWN), MarketplaceAuthError, /refused the token for GET .* \(401\)/],
    [outOfTime(SHOWN), OutOfTimeError, /no time left to finish GET/],
    [timedOut(30_000), MarketplaceUnavailableError, /not answered in full after 30000 ms/],
  ])('are told as what they are: %s', (error, type, message) => {
    expect(error).toBeInstanceOf(type);
    expect(error.message).toMatch(message);
  });
});
