import {
  InvalidCursorError,
  KeysUnavailableError,
  RatingContendedError,
  StorageError,
} from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { SchedulesUnavailableError } from '#core/runs/schedule-store.ts';
import { ApiError, unavailable } from './errors.ts';
import type { RouteResponse } from './route.ts';

/**
 * The one place where an error becomes an answer. What is not meant for callers is logged under the
 * correlation id and answered without any of its own words.
 */
export function answerError(error: unknown, correlationId: string, log: Log): RouteResponse {
  const apiError = error instanceof ApiError ? error : translate(error, correlationId);
  if (apiError.status >= 500) {
    log.error('request failed', { correlation_id: correlationId, code: apiError.code, error });
  }
  const { status, headers, code, message, details, facts } = apiError;
  return {
    status,
    headers,
    body: { success: false, error: code, message, ...(details && { details }), ...facts },
  };
}

/** By class, so that an error which is renamed or moved does not fall through to 500 without a word. */
function translate(error: unknown, correlationId: string): ApiError {
  if (error instanceof InvalidCursorError) {
    const message =
      'The cursor is not one that this list gave, with these filters. Start again without a cursor.';
    return new ApiError(400, 'invalid_cursor', message);
  }
  if (error instanceof StorageError) {
    return unavailable('storage_unavailable', 'The table does not answer. Try again in a few seconds.');
  }
  if (error instanceof RatingContendedError) {
    const message = 'The rating is being changed by others. Try again in a few seconds.';
    return unavailable('rating_contended', message);
  }
  if (error instanceof SchedulesUnavailableError) {
    return unavailable('schedules_unavailable', 'The scheduler does not answer. Try again in a few seconds.');
  }
  if (error instanceof KeysUnavailableError) {
    const message =
      "Tokens can't be checked now: the issuer's keys are not to be had. Try again in a few seconds.";
    return unavailable('auth_unavailable', message);
  }
  const message = `Something went wrong on our side. The log has it under the correlation id ${correlationId}.`;
  return new ApiError(500, 'internal_error', message);
}
