import { describe, expect, it } from 'vitest';
import * as errors from '#core/errors.ts';

const {
  AtomSyncError,
  askedToWaitMs,
  describeFailure,
  errorCode,
  errorName,
  InvocationError,
  MarketplaceUnavailableError,
  OutOfTimeError,
  RateLimitedError,
  SkillContendedError,
  StorageError,
  StoppedError,
  TicketContendedError,
} = errors;

/** One of every error, made with what most of them take. */
const EVERY_ERROR = Object.entries(errors).flatMap(([name, Class]) =>
  name.endsWith('Error') && Class !== AtomSyncError
    ? [{ name, error: Reflect.construct(Class, ['message']) as errors.AtomSyncError }]
    : [],
);

describe('Every error', () => {
  it.each(EVERY_ERROR)('$name has the name of its class, a code and its message', ({ name, error }) => {
    expect(error).toBeInstanceOf(AtomSyncError);
    expect(error.name).toBe(name);
    expect(error.code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(error.message).toBe('message');
  });

  it('has a code of its own, but for a kind of another one', () => {
    const codes = EVERY_ERROR.filter(({ name }) => !/^(Skill|Ticket)ContendedError$/.test(name)).map(
      ({ error }) => error.code,
    );
    expect(new Set(codes).size).toBe(codes.length);
    for (const error of [new SkillContendedError('m'), new TicketContendedError('m')]) {
      expect(error).toBeInstanceOf(StorageError);
      expect(error.code).toBe('storage_unavailable');
    }
  });

  it('may be tried again, or not', () => {
    const retryable = EVERY_ERROR.filter(({ error }) => error.retryable).map(({ name }) => name);
    expect(retryable.sort()).toEqual([
      'EditConflictError',
      'EveryRecordRefusedError',
      'KeysUnavailableError',
      'LeaseLostError',
      'ListingIncompleteError',
      'MalformedAnswerError',
      'MarketplaceUnavailableError',
      'NoProgressError',
      'OutOfTimeError',
      'QueueError',
      'RateLimitedError',
      'RatingContendedError',
      'RunTooLongError',
      'SkillContendedError',
      'StorageError',
      'TicketContendedError',
    ]);
    expect(new InvocationError('m', true).retryable).toBe(true);
  });
});

describe('Function: askedToWaitMs', () => {
  it.each([
    ['429', new RateLimitedError('m', 5_000), 5_000],
    ['429 without a time', new RateLimitedError('m', undefined), undefined],
    ['503', new MarketplaceUnavailableError('m', { status: 503, retryAfterMs: 7_000 }), 7_000],
    ['a refused connection', new MarketplaceUnavailableError('m'), undefined],
    ['work of ours that is out of time', new OutOfTimeError('m', { retryAfterMs: 9_000 }), undefined],
    ['an error of another’s', Object.assign(new Error('m'), { retryAfterMs: 1 }), undefined],
  ])('is what the marketplace asked for: %s', (_what, error, expected) => {
    expect(askedToWaitMs(error)).toBe(expected);
  });
});

describe('What is told of whatever was thrown', () => {
  it.each([
    ['an error of ours', new StoppedError('m'), 'StoppedError', 'stopped'],
    ['another error', new TypeError('secret'), 'TypeError', 'unknown'],
    [
      'one with a code that is not ours',
      Object.assign(new Error('m'), { code: 'ECONNRESET' }),
      'Error',
      'unknown',
    ],
    ['no error', 'secret', 'unknown error', 'unknown'],
  ])('is its name and its code: %s', (_what, thrown, name, code) => {
    expect(errorName(thrown)).toBe(name);
    expect(errorCode(thrown)).toBe(code);
  });
});

describe('Function: describeFailure', () => {
  it('shows an error of ours as it is', () => {
    const failure = describeFailure(new StoppedError('An admin stopped it.'));
    expect(failure).toEqual({ code: 'stopped', message: 'An admin stopped it.', retryable: false });
  });

  it.each([
    [new TypeError('token=secret'), 'TypeError'],
    ['token=secret', 'unknown'],
  ])('names any other one, and does not quote it: %s', (thrown, name) => {
    const failure = describeFailure(thrown);
    expect(failure).toMatchObject({ code: 'internal_error', retryable: true });
    expect(failure.message).toContain(`An unexpected ${name} `);
    expect(failure.message).not.toContain('secret');
  });
});
