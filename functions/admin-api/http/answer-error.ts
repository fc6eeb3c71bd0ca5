import { AtomSyncError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
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

/** The answers to the errors that the ports fail with, by their codes. */
const KNOWN: Readonly<Record<string, () => ApiError>> = {
  invalid_cursor: () =>
    new ApiError(
      400,
      'invalid_cursor',
      'The cursor is not one that this list gave, with these filters. Start again without a cursor.',
    ),
  storage_unavailable: () =>
    unavailable('storage_unavailable', 'The table does not answer. Try again in a few seconds.'),
  rating_contended: () =>
    unavailable('rating_contended', 'The rating is being changed by others. Try again in a few seconds.'),
  schedules_unavailable: () =>
    unavailable('schedules_unavailable', 'The scheduler does not answer. Try again in a few seconds.'),
  keys_unavailable: () =>
    unavailable(
      'auth_unavailable',
      "Tokens can't be checked now: the issuer's keys are not to be had. Try again in a few seconds.",
    ),
};

function translate(error: unknown, correlationId: string): ApiError {
  const known = error instanceof AtomSyncError ? KNOWN[error.code] : undefined;
  if (known) return known();
  return new ApiError(
    500,
    'internal_error',
    `Something went wrong on our side. The log has it under the correlation id ${correlationId}.`,
  );
}
