/**
 * What is told of a connection that failed. It takes over no more than the error's code: messages and nested errors may
 * quote headers or the URL.
 */
export function connectionFault(error: unknown): string {
  return `the connection failed (${codeInChain(error) ?? 'no reason given'})`;
}

function codeInChain(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeInChain(error.cause) ?? error.name;
}
