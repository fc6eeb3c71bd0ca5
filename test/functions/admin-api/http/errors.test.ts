import { describe, expect, it } from 'vitest';
import {
  ApiError,
  answerTooLarge,
  insufficientMaturity,
  invalidJson,
  methodNotAllowed,
  notFound,
  payloadTooLarge,
  unauthorized,
  unavailable,
  validationFailed,
} from '#functions/admin-api/http/errors.ts';

const faultsIn = (...fields: string[]) =>
  fields.map((field) => ({ in: 'body', field, message: 'is missing' }) as const);

describe('Class: ApiError', () => {
  it('has no headers, no further fields and no details where none are given', () => {
    expect(new ApiError(418, 'teapot', 'No coffee.')).toMatchObject({
      ...{ status: 418, code: 'teapot', message: 'No coffee.', retryable: false },
      ...{ headers: {}, facts: {}, details: undefined },
    });
  });

  it.each([
    [invalidJson('No JSON.'), 400, 'invalid_json'],
    [notFound('skill_not_found', 'No such skill.'), 404, 'skill_not_found'],
    [payloadTooLarge('Too large.'), 413, 'payload_too_large'],
    [answerTooLarge(7_000_000), 413, 'answer_too_large'],
  ])('%s', (error, status, code) => {
    expect(error).toMatchObject({ status, code });
  });
});

describe('Function: unauthorized', () => {
  it.each([
    [undefined, 'Bearer'],
    ['invalid_token', 'Bearer error="invalid_token"'],
  ] as const)('names the error %s in its challenge', (error, challenge) => {
    expect(unauthorized('Send a token.', error)).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': challenge },
    });
  });
});

describe('Function: insufficientMaturity', () => {
  it.each([
    ['INTERN', 'your token has the level INTERN.'],
    [undefined, 'your token has no governance level.'],
  ] as const)('says what is needed, and that the caller has %s', (level, end) => {
    const error = insufficientMaturity('AUTONOMOUS', { subject: 'dana', level });

    expect(error).toMatchObject({ status: 403, facts: { required_level: 'AUTONOMOUS' } });
    expect(error.message).toBe(`This needs the governance level AUTONOMOUS or a higher one; ${end}`);
  });
});

describe('Function: methodNotAllowed', () => {
  it('names the methods that are known', () => {
    expect(methodNotAllowed(['GET', 'POST'])).toMatchObject({
      status: 405,
      headers: { allow: 'GET, POST' },
      message: expect.stringContaining('it knows GET, POST.'),
    });
  });
});

describe('Function: validationFailed', () => {
  it.each([
    [['limit', 'limit', 'cursor'], '(limit, cursor)'],
    [['a', 'b', 'c', 'd', 'e'], '(a, b, c, d, e)'],
    [['a', 'b', 'c', 'd', 'e', 'f'], '(a, b, c, d, e and more)'],
  ])('names each field of %j once, five at most, and has every fault in its details', (fields, named) => {
    const details = faultsIn(...fields);

    expect(validationFailed(details)).toMatchObject({
      ...{ status: 400, code: 'validation_failed', details },
      message: expect.stringContaining(named),
    });
  });
});

describe('Function: unavailable', () => {
  it('says when to try again, and keeps what else it is given', () => {
    expect(unavailable('storage_unavailable', 'Down.', { facts: { run_id: 'x' } })).toMatchObject({
      ...{ status: 503, code: 'storage_unavailable', message: 'Down.' },
      ...{ headers: { 'retry-after': '5' }, facts: { run_id: 'x' } },
    });
  });
});
