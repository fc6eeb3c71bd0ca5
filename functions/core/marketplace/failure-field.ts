/**
 * Which field of an answer speaks of a failure, whatever its status says: `success` that is told and not true, or
 * `error` that says something.
 */
export function failureFieldOf(answer: unknown): 'success' | 'error' | undefined {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return undefined;
  const { success = null, error } = answer as { readonly success?: unknown; readonly error?: unknown };
  if (success !== null && success !== true) return 'success';
  return error ? 'error' : undefined;
}
