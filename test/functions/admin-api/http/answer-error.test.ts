import { describe, expect, it } from 'vitest';
import {
  InvalidCursorError,
  InvalidTokenError,
  KeysUnavailableError,
  RatingContendedError,
  StorageError,
} from '#core/errors.ts';
import { SchedulesUnavailableError } from '#core/runs/schedule-store.ts';
import { answerError } from '#functions/admin-api/http/answer-error.ts';
import { ApiError, validationFailed } from '#functions/admin-api/http/errors.ts';
import { type LogLine, recordingLog } from '#test/functions/admin-api/recording-log.ts';

function answer(error: unknown) {
  const lines: LogLine[] = [];
  const { status, headers, body } = answerError(error, 'id-1', recordingLog(lines));
  return { status, headers, body: body as Record<string, unknown>, lines };
}

describe('Function: answerError', () => {
  it.each([
    [new InvalidCursorError('secret'), 400, 'invalid_cursor'],
    [new StorageError('secret'), 503, 'storage_unavailable'],
    [new RatingContendedError('secret'), 503, 'rating_contended'],
    [new SchedulesUnavailableError('secret', true), 503, 'schedules_unavailable'],
    [new KeysUnavailableError('secret'), 503, 'auth_unavailable'],
  ])('answers %s in words of its own', (error, status, code) => {
    const { headers, body, lines, ...rest } = answer(error);

    expect(rest.status).toBe(status);
    expect(body).toMatchObject({
      success: false,
      error: code,
      message: expect.not.stringContaining('secret'),
    });
    expect(headers).toEqual(status === 503 ? { 'retry-after': '5' } : {});
    expect(lines).toHaveLength(status === 503 ? 1 : 0);
  });

  it.each([
    new Error('secret'),
    new InvalidTokenError('secret'),
    'secret',
    undefined,
    { code: 'invalid_cursor' },
  ])('answers %s as a fault of ours', (error) => {
    const { status, body, lines } = answer(error);

    expect(status).toBe(500);
    expect(body).toEqual({
      success: false,
      error: 'internal_error',
      message: expect.stringMatching(/^Something went wrong on our side.* id-1\.$/),
    });
    expect(lines).toMatchObject([{ level: 'error', facts: { correlation_id: 'id-1', error } }]);
  });

  it('hands on what an ApiError says: details, facts and headers', () => {
    const details = [{ in: 'body', field: 'a', message: 'is wrong' }] as const;
    const error = new ApiError(409, 'taken', 'It is taken.', {
      facts: { by: 'dana' },
      headers: { allow: 'GET' },
    });

    expect(answer(validationFailed(details)).body).toMatchObject({ error: 'validation_failed', details });
    expect(answer(error)).toEqual({
      status: 409,
      headers: { allow: 'GET' },
      body: { success: false, error: 'taken', message: 'It is taken.', by: 'dana' },
      lines: [],
    });
  });
});
