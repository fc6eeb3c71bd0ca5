/** The failures of the API in their documented shape. */
import { type ClaudeAnswer, jsonAnswer } from './wire.ts';

/** Status by type of error. */
export const ERROR_STATUS = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
} as const;

/** A type of error that the API names. */
export type ErrorType = keyof typeof ERROR_STATUS;

/** Why a request is refused. */
export type Problem = {
  readonly type: ErrorType;
  readonly message: string;
  /** The stable code in `error.details`, where there is one. */
  readonly errorCode?: string;
};

/** A request that the API does not understand. */
export function invalid(message: string): Problem {
  return { type: 'invalid_request_error', message };
}

/** The body of a failure, as an answer and as the `error` of a batch's line. */
export function errorBody({ type, message, errorCode }: Problem, requestId: string) {
  const details = errorCode === undefined ? {} : { details: { error_code: errorCode } };
  return { type: 'error', error: { type, message, ...details }, request_id: requestId };
}

/** The answer to a refused request. */
export function errorAnswer(
  problem: Problem,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): ClaudeAnswer {
  return jsonAnswer(ERROR_STATUS[problem.type], errorBody(problem, requestId), headers);
}

/** True where a check ended with a problem. */
export function isProblem(value: object): value is Problem {
  return 'type' in value && 'message' in value && (value.type as string) in ERROR_STATUS;
}
